"""A dialog of fields: live checks, Enter from field to field, faults beside what they name.

Where sending matters, `send` is called with the result and the dialog stays until it is over:
a fault is shown in place, so nothing that was typed is lost.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton, Result
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from textual.widget import Widget

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.ui.present.roles import Line


class FormDialog(Dialog[Result]):
    """Fields above one line of outcome; subclasses give `make_fields` and `collect`."""

    accept_label = "OK"
    main_field = ""
    """Enter in the field of this key accepts, though others come after it."""

    def __init__(
        self,
        title: str,
        *,
        send: Callable[[Result], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`send` carries out the result and tells what went wrong; it must outlive the dialog."""
        super().__init__(title)
        self._send = send
        self._sending: asyncio.Task[CloudFault | None] | None = None

    def make_fields(self) -> Iterable[FormField]:
        """The fields, top to bottom."""
        raise NotImplementedError

    def collect(self) -> Result:
        """The result of fields that are all good."""
        raise NotImplementedError

    def why_not(self, result: Result) -> str:
        """The sentence why a result of good fields is still not worth sending; usually nothing."""
        return ""

    def summary(self) -> Iterable[Line]:
        """Lines beneath the fields, made anew at every key."""
        return ()

    def compose_body(self) -> Iterable[Widget]:
        """Fields, summary, and where a fault is told."""
        yield from self.make_fields()
        yield SpanText(id="summary", classes="note")
        yield SpanText(id="trouble", classes="note")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Accept, then Cancel."""
        yield DialogButton(self.accept_label, hint="ctrl-s", id="accept")
        yield DialogButton("Cancel", hint="esc", id="cancel")

    def on_mount(self) -> None:
        """Start in the first field."""
        self.query_one("#trouble").display = False
        self._show_summary()
        self.fields[0].focus_input()

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields, top to bottom."""
        return tuple(self.query(FormField))

    def field(self, key: str) -> FormField:
        """The field of that key."""
        return self.query_one(f"#field-{key}", FormField)

    def on_form_field_changed(self, event: FormField.Changed) -> None:
        """What was wrong with the last try may be right now."""
        event.stop()
        self._tell(())
        self._show_summary()

    def on_form_field_submitted(self, event: FormField.Submitted) -> None:
        """Enter goes to the next field; in the only field, the main one, or after the last, it
        accepts."""
        event.stop()
        fields = self.fields
        place = fields.index(event.field)
        if event.field.error:
            event.field.insist()
        elif len(fields) == 1 or event.field.key == self.main_field:
            self.accept()
        elif place + 1 < len(fields):
            fields[place + 1].focus_input()
        else:
            self.query_one("#accept").focus()

    def accept(self) -> None:
        """Send, or go to the first field that is wrong."""
        if self._sending is not None:
            return
        for field in self.fields:
            if field.error:
                field.insist()
                field.focus_input()
                return
        result = self.collect()
        if reason := self.why_not(result):
            self._tell((((reason, Role.WARN),),))
        elif self._send is None:
            self.dismiss(result)
        else:
            self.run_worker(self._deliver(self._send, result), name="send form", group="send")

    async def _deliver(
        self, send: Callable[[Result], Awaitable[CloudFault | None]], result: Result
    ) -> None:
        self._tell(((("sending ...", Role.BUSY),),))
        self._sending = asyncio.ensure_future(send(result))
        try:
            # Leaving the dialog must not take back what is on its way.
            fault = await asyncio.shield(self._sending)
        finally:
            self._sending = None
        if fault is None:
            self.dismiss(result)
        else:
            self._show_fault(fault)

    def _show_fault(self, fault: CloudFault) -> None:
        named = False
        for error in fault.field_errors:
            words = error.location.replace("/", ".").split(".")
            for field in self.fields:
                if field.key in words:
                    field.refuse(error.message)
                    if not named:
                        field.focus_input()
                    named = True
        told = explain(fault)
        if named:
            self._tell(((("The service did not accept it; see above.", Role.BAD),),))
        else:
            self._tell(
                (
                    ((f"{told.happened[:1].upper()}{told.happened[1:]}.", Role.BAD),),
                    ((told.advice, Role.TEXT),),
                )
            )

    def _tell(self, lines: Iterable[Line]) -> None:
        trouble = self.query_one("#trouble", SpanText)
        trouble.show(lines)
        trouble.display = bool(trouble.lines)

    def _show_summary(self) -> None:
        summary = self.query_one("#summary", SpanText)
        summary.show(self.summary())
        summary.display = bool(summary.lines)
