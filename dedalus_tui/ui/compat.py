"""Workarounds for Textual 8.2.8; this room and `painting` alone touch its private parts.

Keys. Without the Kitty protocol Textual's parser waits out ESCDELAY for Alt+letter, loses Alt from
Alt+., Alt+Enter and Ctrl+Alt+letter, and types unknown escape sequences as text (Textual issue
4816, harlequin issue 1131). `LosslessParser` knows them at once, gives every key the bytes that
made it, and drops sequences nobody knows.

Mouse. Once a terminal answered the query for in-band resize, Textual divides mouse positions by
the cell's pixels even where pixel reports were never switched on; we do without those reports.

Suspend. Whatever paints while another program has the terminal fills the writer's queue and stops
the app for ever; inside `suspended` nothing paints (Textual issue 1093).

Leaving. Textual's `Screen.dismiss` takes the topmost screen away, whichever it was called on: a
key typed twice before the dialog is gone leaves two screens, or ends the app. `LeavesOnce` leaves
only itself. A widget that goes loses its children before its workers are cancelled; one that ends
in between misses them, which `is_of_leaving` tells from a bug and `OutlivesLeaving` forgives. Until
the next layout the mouse still finds a widget that has gone, and the app ends with its missing
parent; `LivingCompositor` finds what is there. A palette that leaves before it was mounted looks
for the screen beneath it in vain; `MountsWhileShown` keeps it from that. A click on a line of its
list that came before the list got shorter, and is heard after, is for `LivingCommandList`.

Notices. One that is mounted in the moment it ends asks for a timer of less than no time, which
turns for ever and with it the app; `_time_left` is never so short.

Workers. The coroutine of a worker that is cancelled before its task has run is never begun, and
Python says so on the terminal of who just left. `_start_worker` closes it.

tests/ui/test_compat.py fails when Textual changes what this leans on.
"""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import contextmanager, suppress
from time import time
from typing import TYPE_CHECKING, Any

from textual import constants, events
from textual._compositor import Compositor
from textual._context import active_message_pump
from textual._xterm_parser import XTermParser
from textual.await_complete import AwaitComplete
from textual.command import CommandList
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.errors import NoWidget
from textual.keys import Keys, _character_to_key
from textual.worker import NoActiveWorker, Worker, get_current_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.app import App
    from textual.geometry import Region
    from textual.message import Message
    from textual.notifications import Notification
    from textual.screen import Screen
    from textual.widget import Widget

ESCAPE_DELAY_SECONDS = 0.025
"""How long a lone Escape waits for the rest of a sequence, unless ESCDELAY says otherwise."""

SHORTEST_NOTICE_SECONDS = 0.05

_COMPOSE_SECONDS = 2.0
"""A screen that is not there by then has gone already."""

_ALT_INTRODUCERS = frozenset("[O]P^_X\\N")
"""After ESC these begin longer sequences, so Alt with them is known only when nothing follows."""

_UNKNOWN_CSI = r"\x1b\[(?![\[M<])[0-?]*[ -/]*[@-~]"
"""A complete control sequence, apart from mouse reports and the Linux console's function keys."""

_MODE_REPORT = r"\x1b\[\?\d+;\d\$y"
_LEGACY_MOUSE = r"\x1b\[[-\d;]+[mM]"

_CONTROL_NAMES = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "ctrl+h",
    "\x00": "ctrl+at",
    " ": "space",
}


class RawKey(events.Key):
    """A key that remembers what the terminal sent for it."""

    raw: str

    def __init__(self, key: str, character: str | None, raw: str) -> None:
        super().__init__(key, character)
        self.raw = raw
        """The characters as they came; empty for the second and later keys of one sequence."""


# Textual names handlers after the class; this is still the key event.
RawKey.handler_name = events.Key.handler_name


class LosslessParser(XTermParser):
    """Textual's parser, but it keeps Alt at once and types nothing it cannot read."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if alt:
            yield from self._raw_keys(sequence, "\x1b" + sequence, alt=True)
        elif len(sequence) == 2 and sequence[0] == "\x1b" and _is_alt_character(sequence[1]):
            yield RawKey(f"alt+{_name_of(sequence[1])}", None, sequence)
        else:
            yield from self._raw_keys(sequence, sequence, alt=False)

    def _raw_keys(self, sequence: str, raw: str, *, alt: bool) -> Iterable[events.Key]:
        is_known = False
        for event in super()._sequence_to_key_events(sequence, alt=alt):
            character = event.character
            if event.key == "space" and character is None:  # VS Code's CSI u (issue 6408)
                character = " "
            yield RawKey(event.key, character, "" if is_known else raw)
            is_known = True
        if not is_known and _is_unknown(sequence):
            yield RawKey(Keys.Ignore, sequence, raw)


def _is_alt_character(character: str) -> bool:
    return character not in _ALT_INTRODUCERS and character != "\x1b"


def _name_of(character: str) -> str:
    named = _CONTROL_NAMES.get(character)
    if named is not None:
        return named
    if character < " ":
        return f"ctrl+{chr(ord(character) + 96)}"
    if character.isalnum():
        return f"shift+{character.lower()}" if character.isupper() else character
    return _character_to_key(character)


def _is_unknown(sequence: str) -> bool:
    return (
        re.fullmatch(_UNKNOWN_CSI, sequence) is not None
        and re.fullmatch(_MODE_REPORT, sequence) is None
        and re.fullmatch(_LEGACY_MOUSE, sequence) is None
    )


def install() -> None:
    """Put the workarounds in place; call once before the app runs."""
    from textual import command, notifications, screen
    from textual.drivers import linux_driver

    linux_driver.XTermParser = LosslessParser  # type: ignore[attr-defined]
    screen.Compositor = LivingCompositor  # type: ignore[attr-defined]
    command.CommandList = LivingCommandList  # type: ignore[misc]
    notifications.Notification.time_left = property(_time_left)  # type: ignore[assignment]
    notifications.Notification.has_expired = property(_has_expired)  # type: ignore[assignment]
    close_work_never_begun()
    if "ESCDELAY" not in os.environ:
        constants.ESCAPE_DELAY = ESCAPE_DELAY_SECONDS  # type: ignore[misc]
    if "TEXTUAL_SMOOTH_SCROLL" not in os.environ:
        constants.SMOOTH_SCROLL = False  # type: ignore[misc]


def _time_left(notice: Notification) -> float:
    return max(SHORTEST_NOTICE_SECONDS, notice.raised_at + notice.timeout - time())


def _has_expired(notice: Notification) -> bool:
    return notice.raised_at + notice.timeout <= time()


class LeavesOnce:
    """A screen that may be told to leave at any moment, more than once, and leaves only itself.

    And when it first comes on top, it is not styled anew just after all of it was styled.

    Stands before Textual's own class among the bases of a screen.
    """

    if TYPE_CHECKING:
        app: App[Any]
        is_active: bool
    _answer: tuple[Any] | None = None
    _was_on_top = False

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave; with something else on top, as soon as that is gone. Once gone, do nothing."""
        if self.is_active:
            leaving: AwaitComplete = super().dismiss(result)  # type: ignore[misc]  # a mixin
            return leaving
        stacked: list[object] = [*self.app.screen_stack]
        if self in stacked and self._answer is None:
            self._answer = (result,)
        return AwaitComplete()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual calls the handlers of every class; this one goes before those of the screen.
        event.refresh_styles = self._was_on_top
        self._was_on_top = True
        if self._answer is not None:
            self.dismiss(*self._answer)


class MountsWhileShown:
    """A palette that may leave before it was mounted.

    Stands before Textual's own class among the bases of a palette.
    """

    if TYPE_CHECKING:
        app: App[Any]

    def _on_mount(self, event: events.Mount) -> None:
        # Textual calls the handlers of every class; this one goes before that of the palette.
        stacked: list[object] = [*self.app.screen_stack]
        if self not in stacked[1:]:
            event.prevent_default()


class LivingCommandList(CommandList):
    """A list of a palette that takes no click on a line that has gone."""

    async def _on_click(self, event: events.Click) -> None:
        line = event.style.meta.get("option")
        if line is not None and line >= self.option_count:
            event.prevent_default()


class LivingCompositor(Compositor):
    """Finds under the mouse only widgets that stay."""

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """The topmost of them; raises NoWidget when there is none."""
        found = next(iter(self.get_widgets_at(x, y)), None)
        if found is None:
            raise NoWidget(f"no widget at {x}, {y}")
        return found

    def get_widgets_at(self, x: int, y: int) -> Iterable[tuple[Widget, Region]]:
        """All of them, the topmost first."""
        for widget, region in super().get_widgets_at(int(x), int(y)):
            if not _is_leaving(widget):
                yield widget, region


class OutlivesLeaving:
    """An app that goes on when a widget on its way out misses what had gone before it.

    Stands before Textual's own class among the bases of an app.
    """

    def _handle_exception(self, error: Exception) -> None:
        if not (_may_end_so() and is_of_leaving(error)):
            super()._handle_exception(error)  # type: ignore[misc]  # a mixin

    async def _dispatch_message(self, message: Message) -> None:
        # A key may still be for a widget that is going; the loop of the app itself must not end.
        try:
            await super()._dispatch_message(message)  # type: ignore[misc]  # a mixin
        except (NoMatches, NoScreen) as error:
            if not is_of_leaving(error):
                raise


class TellsNoLocals:
    """An app that a bug ends with a traceback, but without local values: they may hold keys.

    Stands before Textual's own class among the bases of an app; Textual has no switch for it.
    """

    def _fatal_error(self: Any) -> None:
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        trace = Traceback(width=None)
        self._exit_renderables.append(Segments(self.console.render(trace, self.console.options)))
        self._close_messages_no_wait()


_textual_start_worker = Worker._start


def close_work_never_begun() -> None:
    """Put the workaround for workers in place; a second call changes nothing."""
    Worker._start = _start_worker  # type: ignore[method-assign, assignment]


def _start_worker(
    worker: Worker[Any], app: App[Any], done_callback: Callable[[Worker[Any]], None] | None = None
) -> None:
    _textual_start_worker(worker, app, done_callback)
    work = worker._work
    if worker._task is not None and asyncio.iscoroutine(work):
        # Closing one that has ended does nothing.
        worker._task.add_done_callback(lambda _: work.close())


async def composed(screen: Screen[Any]) -> None:
    """Return when a screen has its widgets; a key may reach one that was pushed just before."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_COMPOSE_SECONDS):
            await screen._mounted_event.wait()


def send_key(key: events.Key, target: Widget) -> None:
    """Hand a key to a widget as if it had just been pressed there.

    It is another event: one that was stopped or prevented somewhere would do nothing.
    """
    target._forward_event(RawKey(key.key, key.character, getattr(key, "raw", "")))


async def ended(worker: Worker[Any], *, at_most: float | None = None) -> None:
    """Return when a worker has ended, or after so many seconds.

    Its own `wait` would cancel it along with who waits.
    """
    if worker._task is not None:
        await asyncio.wait({worker._task}, timeout=at_most)


def _may_end_so() -> bool:
    """True in a worker, and in the loop of a widget on its way out: both end with an exception.

    Any other loop that ended would leave a program that takes no keys.
    """
    try:
        get_current_worker()
    except NoActiveWorker:
        node = active_message_pump.get(None)
        return isinstance(node, DOMNode) and _is_leaving(node)
    return True


def _is_leaving(node: DOMNode) -> bool:
    return any(each._pruning or each._closing for each in node.ancestors_with_self)


def is_of_leaving(error: BaseException) -> bool:
    """True when a widget on its way out only missed what had gone before it."""
    error = getattr(error, "error", error)  # of a worker
    if not isinstance(error, (NoMatches, NoScreen)):
        return False
    step = error.__traceback__
    while step is not None:
        node = step.tb_frame.f_locals.get("self")
        if isinstance(node, DOMNode) and _is_leaving(node):
            return True
        step = step.tb_next
    return False


@contextmanager
def suspended(app: App[Any]) -> Iterator[None]:
    """Give the terminal to another program; meanwhile nothing paints, and sockets stay alive.

    Await the other program inside. Raises SuspendNotSupported where there is no terminal.
    """
    with app.suspend(), app.batch_update():
        yield
