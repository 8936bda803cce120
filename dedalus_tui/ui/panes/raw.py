"""The tab of what the service says about a machine, word for word, as JSON or YAML.

Reading it never wakes the machine. It is read again whenever the machine changed while the tab
is on show; a fault leaves the text that was there, and says so above it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Input

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.registry import by_id
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.ui.bindings import keyed, own_key_pieces, pane_bindings, shown_key
from dedalus_tui.ui.panes.moves import MOVES, move_lines
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.raw import coloured_lines
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain_lines
from dedalus_tui.ui.present.units import clock_time, counted
from dedalus_tui.ui.present.yaml_text import as_yaml
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from dedalus_tui.store.changes import Key


class RawPane(MachinePane):
    """Text with search: `/` finds, n and N go on, y changes the notation, Y copies all."""

    MEANS = MOVES | {"list.filter", "machine.raw", "machine.refresh", "app.back"}
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.RAW)

    DEFAULT_CSS = """
    RawPane {
        #above {
            height: 1;
        }

        #search-line {
            height: 1;
            display: none;
            background: $ground-bar;
        }

        #search-line.-open {
            display: block;
        }

        #search {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0 1;
            background: $ground-bar;
        }

        #found {
            width: 24;
        }
    }
    """

    _text = ""
    _read_version = -1
    _is_yaml = False
    _fault: CloudFault | None = None
    _read_at = ""
    _hits = 0

    def compose(self) -> ComposeResult:
        """A line about the text, the text, and where one searches."""
        yield SpanLines(ground="base", id="above")
        yield LineList(id="text")
        with Horizontal(id="search-line"):
            yield Input(id="search", placeholder="find", compact=True)
            yield SpanText(id="found")

    def opened(self) -> None:
        """Read if the machine changed since."""
        self._tell()
        record = self.record
        if record is None or record.version != self._read_version:
            self._read()

    def heard(self, keys: frozenset[Key]) -> None:
        """Read again when the machine changed."""
        if ("machine", self.machine_id) in keys:
            self.opened()

    def perform(self, action_id: str) -> bool:
        """Search, read again, move."""
        if action_id == "list.filter":
            self._open_search()
            return True
        if action_id == "machine.raw":
            self.action_raw_notation()
            return True
        if action_id == "machine.refresh":
            self._read()
            return True
        if action_id == "app.back":
            return self._end_search()
        return move_lines(self.query_one(LineList), action_id) or super().perform(action_id)

    def action_raw_notation(self) -> None:
        """JSON or YAML."""
        self._is_yaml = not self._is_yaml
        self._show()
        self._tell()

    def action_raw_copy_all(self) -> None:
        """Put the text on the clipboard, in the notation shown."""
        if self._text:
            self.post_message(self.Copied(self._shown_text(), "what the service says"))

    def action_raw_next_hit(self) -> None:
        """Go on to the next line found."""
        self._step_hit(1)

    def action_raw_previous_hit(self) -> None:
        """Go back to the line found before."""
        self._step_hit(-1)

    def _step_hit(self, step: int) -> None:
        number = self.query_one(LineList).next_hit(step)
        if number is not None:
            self._tell_found(number)
        else:
            self.post_message(self.Said(keyed("search first: {list.filter}", self.services)))

    def _end_search(self) -> bool:
        """Close the search; False when there is none."""
        line = self.query_one("#search-line")
        if not line.has_class("-open"):
            return False
        line.remove_class("-open")
        self.query_one(LineList).search(None)
        self.query_one(LineList).focus()
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        event.stop()
        self._hits = self.query_one(LineList).search(_pattern(event.value))
        self._tell_found(1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: back to the text, hits stay lit."""
        event.stop()
        self.query_one(LineList).focus()

    def _open_search(self) -> None:
        self.query_one("#search-line").add_class("-open")
        self.query_one("#search", Input).focus()

    def _tell_found(self, number: int) -> None:
        typed = self.query_one("#search", Input).value
        words = "" if not typed else f"{number} of {counted(self._hits, 'line')}"
        if typed and not self._hits:
            words = "not found"
        self.query_one("#found", SpanText).show([((words, Role.MUTED),)])

    def _read(self) -> None:
        self.run_worker(self._read_now(), name="read raw", group="raw", exclusive=True)

    async def _read_now(self) -> None:
        record, store = self.record, self.services.store
        try:
            text = await store.raw(self.machine_id)
        except CloudFault as fault:
            self._fault = fault
        else:
            now = store.clock.now()
            self._fault, self._text = None, text
            self._read_at = clock_time(now, now=now)
            self._read_version = record.version if record else -1
            self._show()
        self._tell()

    def _shown_text(self) -> str:
        return as_yaml(json.loads(self._text)) if self._is_yaml else self._text

    def _show(self) -> None:
        if self._text:
            lines = plain_lines(self._shown_text())
            self.query_one(LineList).show(coloured_lines(lines))

    def _tell(self) -> None:
        pieces: list[Piece] = []
        if self._fault is not None:
            pieces.append(Piece(explain(self._fault).sentences, Role.BAD))
        elif not self._text:
            pieces.append(Piece("asking the service ...", Role.MUTED))
        else:
            notation, other = ("YAML", "JSON") if self._is_yaml else ("JSON", "YAML")
            pieces.append(Piece(f"{notation}, read {self._read_at}   ", Role.MUTED))
            pieces += self._keys(other)
        self.query_one("#above", SpanLines).show(SpanRow((Piece(" "), *pieces)))

    def _keys(self, other_notation: str) -> list[Piece]:
        keys, settings = self.services.keys, self.services.settings
        pieces = list(
            own_key_pieces(
                Scope.RAW, keys=keys, settings=settings, words={"raw.notation": other_notation}
            )
        )
        for action_id, words in (("list.filter", "find"), ("machine.refresh", "read again")):
            key = shown_key(by_id(action_id), keys, is_ascii=settings.ascii)
            pieces.append(Piece(f"{key} ", Role.KEY, action_id))
            pieces.append(Piece(f"{words}   ", Role.TEXT, action_id))
        return pieces


def _pattern(text: str) -> re.Pattern[str] | None:
    """What was typed as a pattern: plain words, or a regular expression between slashes."""
    if not text:
        return None
    flags = re.NOFLAG if any(char.isupper() for char in text) else re.IGNORECASE
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        try:
            return re.compile(text[1:-1], flags)
        except re.error:
            return None
    return re.compile(re.escape(text), flags)
