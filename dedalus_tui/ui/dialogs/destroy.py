"""Before destroying: what is lost, the word to type, and what changed while one was reading.

The dialog starts on Cancel; Enter there leaves. It watches the machines: one that vanishes is
taken off the list, one that changes is marked and the word must be typed again. The answer is the
question with only the machines still on the list, as they were last shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from dedalus_tui.domain.lifecycle import is_gone
from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.question import changes_words, destroyed_line, running_words
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.present.units import counted, duration
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.widget import Widget

    from dedalus_tui.actions.question import Question
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line

_MATTERING = ("phase", "desired_state", "vcpu", "memory_mib", "storage_gib")
"""A machine that differs in these is no longer the one the person agreed to."""

_MOST_LISTED = 12
_TITLE_CELLS = 24


class DestroyDialog(Dialog["Question"]):
    """Yields the question it was given, narrowed to what is to be destroyed."""

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", show=False)]

    def __init__(self, question: Question, *, store: Store, signs: Glyphs, undo_key: str) -> None:
        """`store` is only looked at; `undo_key` stops what was begun here."""
        count = len(question.machines)
        whom = (
            title_of(question.machines[0].machine, question.machines[0].label)
            if count == 1
            else counted(count, "machine")
        )
        super().__init__(f"Destroy {whom}", is_dangerous=True)
        self._question = question
        self._undo_key = undo_key
        self._store = store
        self._signs = signs
        self._shown = {record.machine_id: record for record in question.machines}
        self._asked = dict(self._shown)
        self._vanished: set[str] = set()
        self._changed: dict[str, str] = {}

    def compose_body(self) -> Iterable[Widget]:
        """The list, what it means, the word."""
        yield SpanText(id="machines")
        yield SpanText(id="meaning", classes="note")
        with Horizontal(id="word-line"):
            yield Static(Content.assemble("Type  ", (self._question.word, "bold")), id="word-label")
            yield Input(id="word", compact=True, select_on_focus=False)
            yield Static("", id="word-remark")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Cancel first: that is where the dialog starts."""
        yield DialogButton("Cancel", hint="esc", id="cancel")
        yield DialogButton("Destroy", hint="enter after the word", id="accept", classes="-danger")

    def on_mount(self) -> None:
        """Show, and keep watching."""
        self._unlisten = self._store.changes.listen(self._look)
        self._show()

    def on_unmount(self) -> None:
        """Watch no more."""
        self._unlisten()

    @property
    def remaining(self) -> tuple[MachineRecord, ...]:
        """What would be destroyed by now."""
        return tuple(record for key, record in self._shown.items() if key not in self._vanished)

    @property
    def word(self) -> str:
        """What must be typed."""
        return self._question.word

    def on_key(self, event: events.Key) -> None:
        """Typing while on Cancel goes into the word: a letter alone never accepts anything."""
        word = self.query_one("#word", Input)
        if event.is_printable and event.character and not word.has_focus and event.key != "space":
            event.stop()
            word.focus()
            word.insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take back an old remark."""
        event.stop()
        self._remark("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the word."""
        event.stop()
        self.accept()

    def accept(self) -> None:
        """Only with the right word, and only if something is left."""
        if not self.remaining:
            self.dismiss(None)
            return
        word = self.query_one("#word", Input)
        if word.value.strip() != self._question.word:
            word.focus()
            self._remark("not the word" if word.value else "type the word first")
            return
        self.dismiss(self._question._replace(machines=self.remaining))

    def _look(self, keys: frozenset[tuple[str, ...]]) -> None:
        """Something in the store changed: is it one of ours?"""
        touched = False
        for key, shown in self._shown.items():
            if ("machine", key) not in keys or key in self._vanished:
                continue
            now = self._store.machines.get(key)
            if now is None or is_gone(now.machine):
                self._vanished.add(key)
                touched = True
                continue
            self._shown[key] = now
            if _differences(shown, now):
                self._changed[key] = changes_words(_differences(self._asked[key], now))
                touched = True
        if touched:
            with self.prevent(Input.Changed):
                self.query_one("#word", Input).value = ""
            self._show()
            if not self.remaining:
                self.query_one("#accept").display = False
                self.query_one("#word-line").display = False
                self.query_one("#cancel").focus()
            else:
                self._remark("changed meanwhile: look again")

    def _show(self) -> None:
        now = self._store.clock.now()
        shown = list(self._shown.values())
        width = min(
            _TITLE_CELLS, max(cell_width(title_of(item.machine, item.label)) for item in shown)
        )
        lines: list[Line] = []
        for record in shown[:_MOST_LISTED]:
            if record.machine_id in self._vanished:
                title = title_of(record.machine, record.label)
                lines.append(((f"  {title} is gone: nothing left to destroy", Role.MUTED),))
                continue
            running = running_words(
                ending.activity
                for ending in self._question.ends
                if ending.machine_id == record.machine_id
            )
            lines.append(
                destroyed_line(record.machine, record.label, running, now, self._signs, width=width)
            )
            if self._changed.get(record.machine_id):
                lines.append(((f"  changed: {self._changed[record.machine_id]}", Role.WARN),))
        if len(shown) > _MOST_LISTED:
            lines.append(((f"and {len(shown) - _MOST_LISTED} more", Role.MUTED),))
        self.query_one("#machines", SpanText).show(lines)
        self.query_one("#meaning", SpanText).show(self._meaning())

    def _meaning(self) -> Iterable[Line]:
        question = self._question
        if not self.remaining:
            yield (("Nothing is left to destroy.", Role.STRONG),)
            return
        if question.changes:
            words = changes_words(question.changes) or "something about it"
            yield ((f"It changed since you asked: {words}.", Role.WARN),)
        yield (("The disk is deleted with everything on it. There is no way back.", Role.BAD),)
        if question.unseen:
            yield ((f"What runs on {len(question.unseen)} of them was not seen.", Role.WARN),)
        if question.left_out:
            names = ", ".join(
                title_of(record.machine, record.label) for record in question.left_out
            )
            yield ((f"Not included: {names} (pinned)", Role.MUTED),)
        if question.grace_seconds:
            grace = duration(question.grace_seconds)
            yield (
                (f"It starts {grace} after Enter; until then ", Role.MUTED),
                (self._undo_key, Role.KEY),
                (" stops it.", Role.MUTED),
            )

    def _remark(self, text: str) -> None:
        self.query_one("#word-remark", Static).update(Content(text))


def _differences(before: MachineRecord, now: MachineRecord) -> list[str]:
    return [
        name for name in _MATTERING if getattr(now.machine, name) != getattr(before.machine, name)
    ]
