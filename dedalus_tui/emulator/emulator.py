"""The terminal emulator's public face: bytes in, rows, damage, events and reply bytes out.

::

    emulator = Emulator(80, 24)
    emulator.feed(data)                      # bytes from the program, cut anywhere
    socket.write(emulator.take_replies())    # its answers to the program's questions
    for event in emulator.take_events(): ... # bell, title, clipboard, ... (``events.py``)
    damage = emulator.damage_since(frame)    # which screen rows changed since that frame
    frame = damage.frame
    for run in emulator.row(line).runs(): emulator.style(run.style)

Lines have absolute numbers: history runs from ``first_line`` to ``screen_line``, the screen from
there to ``first_line + total_lines``. A number stays with its line until ``layout_generation``
rises (reflow at another width, cleared history, reset). While the alternate screen is shown there
is no history: ``first_line`` equals ``screen_line``.

``RowView.key`` is a cache key for a painted line; add width, ``styles_generation`` and the theme to
it.

Input goes the other way, through pure functions: ``keys.encode_key``, ``mouse.encode_mouse``,
``mouse.encode_focus``, ``paste.encode_paste``, each given ``emulator.modes``.

No clock, no I/O, no threads. Nothing here raises for any bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.emulator.reports import PixelSize
from dedalus_tui.emulator.row_view import RowView
from dedalus_tui.emulator.screen import TermScreen
from dedalus_tui.emulator.search import Match, search_lines
from dedalus_tui.emulator.selection import Position, text_between
from dedalus_tui.emulator.stream import TermStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedalus_tui.emulator.events import Event
    from dedalus_tui.emulator.grid import Row
    from dedalus_tui.emulator.input_modes import InputModes
    from dedalus_tui.emulator.marks import Mark
    from dedalus_tui.emulator.palette import Palette
    from dedalus_tui.emulator.styles import Style

MAX_REPLIES = 64 * 1024
"""Bytes of answers kept until they are taken; further ones are dropped."""

_SHAPES = ("block", "underline", "bar")


class Cursor(NamedTuple):
    """The cursor on the screen: 0-based column and row, and how it looks."""

    x: int
    y: int
    is_visible: bool
    shape: str
    """``block``, ``underline`` or ``bar``."""
    is_blinking: bool


class Frame(NamedTuple):
    """What the screen was made of when somebody looked; for ``damage_since``."""

    generation: int
    screen_line: int
    keys: tuple[tuple[int, int], ...]


class Damage(NamedTuple):
    """What changed on the screen since a frame."""

    frame: Frame
    """The screen now; pass it to the next ``damage_since``."""
    rows: tuple[int, ...]
    """Screen rows, 0-based, that look different from the row that stood there."""
    scrolled: int
    """Lines that went into history (negative: came back from it)."""
    is_total: bool
    """Whether everything must be painted (first look, resize, screen switch, reverse video)."""


class Link(NamedTuple):
    """A hyperlink (OSC 8)."""

    uri: str
    identity: str


class PromptMark(NamedTuple):
    """A shell's mark (OSC 133) and the absolute line it is on."""

    line: int
    mark: Mark


class Emulator:
    """A terminal of some columns and rows. See the module's docstring."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        scrollback_lines: int = 10_000,
        palette: Palette | None = None,
        cell_size: tuple[int, int] = (10, 20),
        may_report_title: bool = False,
        may_report_checksums: bool = False,
    ) -> None:
        """Make an empty terminal.

        `palette` carries the theme's colours for programs that ask; it is copied. `cell_size` in
        pixels answers questions about pixels. The two ``may_report_*`` settings let output read
        text back into the input.
        """
        self._replies = bytearray()
        screen = TermScreen(columns, rows, scrollback_lines)
        if palette is not None:
            screen.palette.take_theme(palette)
        screen.cell_size = PixelSize(*cell_size)
        screen.may_report_title = may_report_title
        screen.may_report_checksums = may_report_checksums
        screen.reply_sink = self._take_reply
        self.screen = screen
        """The screen itself, for those who need pyte's face."""
        self._stream = TermStream(screen)

    # in

    def feed(self, data: bytes) -> None:
        """Take bytes from the program, cut anywhere."""
        self._stream.feed(data)

    def resize(self, columns: int, rows: int) -> None:
        """Take another size; the main screen is reflowed. Nothing happens if it is the same."""
        self.screen.resize(rows, columns)

    def reset(self) -> None:
        """Start anew, as after power-on."""
        self._stream.reset()
        self.screen.reset()

    def change_theme(self, palette: Palette) -> None:
        """Take the theme of `palette`, and tell programs that asked to be told."""
        self.screen.palette.take_theme(palette)
        self.announce_theme()

    def announce_theme(self) -> None:
        """Tell programs that asked (?2031) that ``palette`` is now of another theme."""
        if self.screen.has_mode(2031):
            self.screen.report_private_status(996)

    # out

    def _take_reply(self, data: bytes) -> None:
        if len(self._replies) + len(data) <= MAX_REPLIES:
            self._replies += data

    def take_replies(self) -> bytes:
        """The answers for the program since the last call."""
        replies = bytes(self._replies)
        self._replies.clear()
        return replies

    def take_events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        events = self.screen.events
        self.screen.events = []
        return events

    # state

    @property
    def columns(self) -> int:
        """Width in cells."""
        return self.screen.columns

    @property
    def rows(self) -> int:
        """Height in cells."""
        return self.screen.lines

    @property
    def cursor(self) -> Cursor:
        """Where the cursor is and how it looks."""
        screen = self.screen
        return Cursor(
            screen.x,
            screen.y,
            screen.is_cursor_visible,
            _SHAPES[screen.cursor_shape],
            screen.has_mode(12),
        )

    @property
    def modes(self) -> InputModes:
        """The modes that decide what keys, mouse and paste send."""
        return self.screen.input_modes()

    @property
    def is_alternate_screen(self) -> bool:
        """Whether a full-screen program has the screen."""
        return self.screen.is_alternate

    @property
    def is_synchronized(self) -> bool:
        """Whether the program is in the middle of an update (?2026); hold painting for a while."""
        return self.screen.has_mode(2026)

    @property
    def is_reverse_video(self) -> bool:
        """Whether the whole screen is shown inverse (DECSCNM)."""
        return self.screen.has_mode(5)

    @property
    def title(self) -> str:
        """The window title; empty if the program set none."""
        return self.screen.title

    @property
    def icon_name(self) -> str:
        """The icon name; empty if the program set none."""
        return self.screen.icon_name

    @property
    def palette(self) -> Palette:
        """Theme colours and what the program changed."""
        return self.screen.palette

    @property
    def generation(self) -> int:
        """Rises when everything must be painted."""
        return self.screen.generation

    @property
    def layout_generation(self) -> int:
        """Rises when absolute line numbers lose their meaning."""
        return self.screen.layout_generation

    @property
    def styles_generation(self) -> int:
        """Rises when style numbers may have got other meanings."""
        return self.screen.styles.generation

    def style(self, number: int) -> Style:
        """What a style number in a run means."""
        return self.screen.styles[number]

    def link(self, number: int) -> Link | None:
        """The hyperlink of ``Style.link``; ``None`` for 0."""
        found = self.screen.links.get(number)
        return None if found is None else Link(*found)

    def link_at(self, line: int, column: int) -> Link | None:
        """The hyperlink under a cell."""
        styles = self.row(line).styles
        if not 0 <= column < len(styles):
            return None
        return self.link(self.screen.styles[styles[column]].link)

    @property
    def links(self) -> dict[int, Link]:
        """All hyperlinks by number."""
        return {number: Link(*link) for number, link in self.screen.links.items()}

    # lines

    @property
    def screen_line(self) -> int:
        """Absolute number of the screen's first line."""
        scrollback = self.screen.scrollback
        return scrollback.first_line + len(scrollback)

    @property
    def first_line(self) -> int:
        """Absolute number of the oldest line that can be read."""
        return self.screen_line if self.screen.is_alternate else self.screen.scrollback.first_line

    @property
    def total_lines(self) -> int:
        """How many lines can be read: history and screen."""
        return self.screen_line - self.first_line + self.screen.lines

    def row(self, line: int) -> RowView:
        """The line of an absolute number; raises ``IndexError`` when it is not there."""
        screen = self.screen
        on_screen = line - self.screen_line
        if 0 <= on_screen < screen.lines:
            return self._view(screen.rows[on_screen])
        index = line - screen.scrollback.first_line
        if on_screen >= 0 or index < 0 or screen.is_alternate:
            raise IndexError(line)
        kept = screen.scrollback[index]
        return RowView(kept, (-1 - line, screen.layout_generation), screen.columns)

    def lines(self, start: int | None = None) -> Iterator[tuple[int, RowView]]:
        """Lines with their numbers, from `start` (or the oldest) to the bottom of the screen."""
        screen = self.screen
        first = self.first_line
        line = first if start is None else max(start, first)
        if line < self.screen_line:
            generation = screen.layout_generation
            for kept in screen.scrollback.rows(line - first):
                yield line, RowView(kept, (-1 - line, generation), screen.columns)
                line += 1
        for row in screen.rows[line - self.screen_line :]:
            yield line, self._view(row)
            line += 1

    def _view(self, row: Row) -> RowView:
        screen = self.screen
        if row.version == screen.serial:
            # What is written from now on gets another version than what was seen here.
            screen.serial += 1
        return RowView(row, (row.uid, row.version), screen.columns)

    def damage_since(self, frame: Frame | None) -> Damage:
        """What changed on the screen since `frame`; ``None`` asks for everything."""
        screen = self.screen
        keys = tuple([(row.uid, row.version) for row in screen.rows])
        # What is written from now on gets another version than what was seen here.
        screen.serial += 1
        now = Frame(screen.generation, self.screen_line, keys)
        if frame is None or frame.generation != now.generation or len(frame.keys) != len(keys):
            return Damage(now, tuple(range(len(keys))), 0, True)
        pairs = zip(frame.keys, keys, strict=True)
        rows = tuple([y for y, (before, after) in enumerate(pairs) if before != after])
        return Damage(now, rows, now.screen_line - frame.screen_line, False)

    # reading

    def search(
        self, pattern: str, *, is_regex: bool = False, ignore_case: bool = True
    ) -> list[Match]:
        """Where a text (or a regular expression) occurs, from the oldest line on.

        Wrapped lines are searched as one. Raises ``re.error`` for a malformed expression.
        """
        return search_lines(self.lines(), pattern, is_regex=is_regex, ignore_case=ignore_case)

    def text_between(self, start: Position, end: Position, *, block: bool = False) -> str:
        """The text from `start` up to, not including, `end`; both are (line, column).

        Wrapped lines are joined, trailing blanks dropped, wide characters kept whole. A block is
        the rectangle between both corners.
        """
        return text_between(self, start, end, block=block)

    @property
    def prompt_marks(self) -> list[PromptMark]:
        """The shell's marks, oldest first."""
        return [PromptMark(line, mark) for line, row in self.lines() for mark in row.marks]
