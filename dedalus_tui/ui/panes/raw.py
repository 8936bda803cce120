"""The tab of what the service says about a machine, word for word, as JSON or YAML.

Reading it never wakes the machine. It is read again whenever the machine changed while the tab
is on show; a fault leaves the text that was there, and says so above it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.ui.panes.moves import move_lines
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.raw import coloured_lines
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain_lines
from dedalus_tui.ui.present.units import clock_time, counted
from dedalus_tui.ui.present.yaml_text import as_yaml
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Span


class RawPane(MachinePane):
    """Text with search: `/` finds, n and N go on, y changes the notation, Y copies all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_hit(1)", show=False),
        Binding("N", "next_hit(-1)", show=False),
        Binding("y", "change_notation", show=False),
        Binding("Y", "copy_all", show=False),
        Binding("escape", "end_search", show=False),
    ]

    DEFAULT_CSS = """
    RawPane {
        #above {
            height: 1;
            padding: 0 1;
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
        yield SpanText(id="above")
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
            self.action_change_notation()
            return True
        if action_id == "machine.refresh":
            self._read()
            return True
        return move_lines(self.query_one(LineList), action_id)

    def action_change_notation(self) -> None:
        """JSON or YAML."""
        self._is_yaml = not self._is_yaml
        self._show()
        self._tell()

    def action_copy_all(self) -> None:
        """Put the text on the clipboard, in the notation shown."""
        if self._text:
            self.post_message(self.Copied(self._shown_text(), "what the service says"))

    def action_next_hit(self, step: int) -> None:
        """Go on to the next or previous hit."""
        number = self.query_one(LineList).next_hit(step)
        if number is not None:
            self._tell_found(number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape belongs to the screen while nothing is searched."""
        if action == "end_search":
            return self.query_one("#search-line").has_class("-open")
        return True

    def action_end_search(self) -> None:
        """Close the search."""
        self.query_one("#search-line").remove_class("-open")
        self.query_one(LineList).search(None)
        self.query_one(LineList).focus()

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
        spans: list[Span] = []
        if self._fault is not None:
            spans.append((explain(self._fault).sentences, Role.BAD))
        elif not self._text:
            spans.append(("asking the service ...", Role.MUTED))
        else:
            notation = "YAML" if self._is_yaml else "JSON"
            spans += [
                (f"{notation}, read {self._read_at}   ", Role.MUTED),
                ("y", Role.KEY),
                (f" {'JSON' if self._is_yaml else 'YAML'}   ", Role.MUTED),
                ("/", Role.KEY),
                (" find   ", Role.MUTED),
                ("Y", Role.KEY),
                (" copy all   ", Role.MUTED),
                ("r", Role.KEY),
                (" read again", Role.MUTED),
            ]
        self.query_one("#above", SpanText).show([tuple(spans)])


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
