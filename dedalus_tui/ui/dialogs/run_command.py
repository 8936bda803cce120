"""The form of a command: what to run, where, with what; earlier ones with ctrl-r."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.run_form import (
    command_argv,
    holds_shell_signs,
    is_yes,
    looks_secret,
    stdin_text,
    timeout_ms,
    variables,
)
from dedalus_tui.ui.present.text import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.journal.commands import PastCommand
    from dedalus_tui.ui.present.roles import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """What the form yields: what to send, and what of it may be remembered."""

    spec: ExecutionSpec
    line: str
    is_script: bool
    timeout: str


class RunCommandDialog(FormDialog[RunWish]):
    """Yields a command that can be sent."""

    accept_label = "Run"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "earlier", "earlier command", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        *,
        history: Sequence[PastCommand] = (),
        like: PastCommand | None = None,
        notes: Iterable[Line] = (),
        send: Callable[[RunWish], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`like` is what the form begins with; `notes` say what else it will do, such as wake."""
        super().__init__(title, send=send)
        self._history = tuple(history)
        self._like = like
        self._notes = tuple(notes)
        self._sought: str | None = None
        self._found = -1

    def make_fields(self) -> Iterable[FormField]:
        """Command, switch, directory, variables, input, limit."""
        like = self._like
        yield FormField(
            "command",
            "Command",
            value=like.line if like else "",
            check=self._check_command,
            is_wide=True,
        )
        yield FormField(
            "shell",
            "In a shell",
            value="yes" if like and like.is_script else "no",
            hint="yes runs it through sh -c, no splits it into words",
            check=is_yes,
        )
        cwd = like.cwd if like else ""
        yield FormField("cwd", "Directory", value=cwd, hint="its home when empty")
        yield FormField(
            "env", "Variables", hint="NAME=value NAME=value; not remembered", check=variables
        )
        yield FormField(
            "stdin",
            "Input",
            hint="text (\\n ends a line), or @file of this computer",
            check=stdin_text,
        )
        timeout = like.timeout if like else ""
        yield FormField(
            "timeout_ms",
            "Time limit",
            value=timeout,
            hint="30s, 5m; none when empty",
            check=timeout_ms,
        )

    def _check_command(self, text: str) -> None:
        command_argv(text, is_script=self._is_script)

    @property
    def _is_script(self) -> bool:
        fields = self.query("#field-shell").results(FormField)
        text = next((field.text for field in fields), "no")
        try:
            return is_yes(text)
        except ValueError:
            return False

    def summary(self) -> Iterable[Line]:
        """What it will do, and what to look out for."""
        yield from self._notes
        line = self.field("command").text
        if not self._is_script and holds_shell_signs(line):
            yield (("It holds signs that only a shell understands; see above.", Role.WARN),)
        if self._found >= 0:
            place = f"{self._found + 1} of {len(self._matches())}"
            sought = f" with {plain(self._sought or '')!r}" if self._sought else ""
            yield (
                (f"earlier command {place}{sought}: ctrl-r again goes further back", Role.MUTED),
            )
        elif self._history:
            yield (("ctrl-r brings earlier commands back", Role.MUTED),)

    def on_form_field_changed(self, event: FormField.Changed) -> None:
        """Typing ends the search for earlier ones; what looks like a secret is covered."""
        if self._found >= 0 and self.field("command").text != self._matches()[self._found].line:
            self._sought, self._found = None, -1
        field = self.field("env")
        field.query_one(Input).password = looks_secret(field.text)
        super().on_form_field_changed(event)

    def action_earlier(self) -> None:
        """The next older command that holds what was typed."""
        if self._sought is None:
            self._sought = self.field("command").text
        matches = self._matches()
        if not matches:
            self._sought = None
            return
        self._found = (self._found + 1) % len(matches)
        found = matches[self._found]
        self.field("command").text = found.line
        self.field("shell").text = "yes" if found.is_script else "no"
        self.field("cwd").text = found.cwd
        self.field("timeout_ms").text = found.timeout

    def _matches(self) -> list[PastCommand]:
        sought = (self._sought or "").lower()
        return [past for past in self._history if sought in past.line.lower()]

    def collect(self) -> RunWish:
        """What is typed, all of it good."""
        line = self.field("command").text
        timeout = self.field("timeout_ms").text
        return RunWish(
            line=line,
            is_script=self._is_script,
            timeout=timeout,
            spec=ExecutionSpec(
                command=command_argv(line, is_script=self._is_script),
                cwd=self.field("cwd").text or None,
                env=variables(self.field("env").text),
                stdin=stdin_text(self.field("stdin").text),
                timeout_ms=timeout_ms(timeout),
            ),
        )
