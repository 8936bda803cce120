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
from dedalus_tui.ui.present.run_draft import RunDraft
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
from dedalus_tui.ui.present.units import byte_count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.journal.commands import PastCommand
    from dedalus_tui.ui.present.roles import Line

NO_INPUT = "-"


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
    main_field = "command"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "earlier", "earlier command", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        *,
        history: Sequence[PastCommand] = (),
        like: RunDraft | None = None,
        notes: Iterable[Line] = (),
        send: Callable[[RunWish], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`like` is what the form begins with; `notes` say what else it will do, such as wake."""
        super().__init__(title, send=send)
        self._history = tuple(history)
        self._like = like or RunDraft()
        self._lost_names = self._like.lost_names
        self._is_input_lost = self._like.is_input_lost
        self._notes = tuple(notes)
        self._proposed_shell = "" if like is not None else "no"
        """What the switch was set to for the person; once they set it otherwise, it is theirs."""
        self._sought: str | None = None
        self._found = -1

    def make_fields(self) -> Iterable[FormField]:
        """Command, switch, directory, variables, input, limit."""
        like = self._like
        yield FormField(
            "command",
            "Command",
            value=like.line,
            check=self._check_command,
            is_wide=True,
        )
        yield FormField(
            "shell",
            "In a shell",
            value="yes" if like.is_script else "no",
            hint="yes runs it through sh -c, no splits it into words",
            check=is_yes,
        )
        yield FormField("cwd", "Directory", value=like.cwd, hint="its home when empty")
        yield FormField(
            "env",
            "Variables",
            value=like.variables,
            hint="NAME=value NAME=value; values are not kept",
            check=variables,
            is_secret=looks_secret(like.variables),
        )
        kept = like.kept_stdin
        yield FormField(
            "stdin",
            "Input",
            value=like.stdin,
            hint="text (\\n ends a line), or @file of this computer"
            if kept is None
            else f"empty: the {byte_count(len(kept.encode()))} of before; {NO_INPUT}: none",
            check=self._input,
        )
        yield FormField(
            "timeout_ms",
            "Time limit",
            value=like.timeout,
            hint="30s, 5m; none when empty",
            check=timeout_ms,
        )

    def _input(self, text: str) -> str | None:
        kept = self._like.kept_stdin
        if kept is None:
            return stdin_text(text)
        return kept if not text else stdin_text("" if text == NO_INPUT else text)

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
        lost = self._lost()
        if lost:
            yield ((f"Not kept, type again: {lost}.", Role.WARN),)
        line = self.field("command").text
        if holds_shell_signs(line):
            if not self._is_script:
                yield (("It holds signs that only a shell understands; see above.", Role.WARN),)
            elif self._proposed_shell == "yes":
                yield (("It holds signs that a shell understands: sh runs it.", Role.MUTED),)
        if self._found >= 0:
            place = f"{self._found + 1} of {len(self._matches())}"
            sought = f" with {plain(self._sought or '')!r}" if self._sought else ""
            yield (
                (f"earlier command {place}{sought}: ctrl-r again goes further back", Role.MUTED),
            )
        else:
            earlier = ", ctrl-r brings earlier ones back" if self._history else ""
            yield ((f"Enter behind the command runs it{earlier}", Role.MUTED),)

    def _lost(self) -> str:
        """What the run of before had and this would lack."""
        try:
            typed = dict(variables(self.field("env").text))
        except ValueError:
            return ""
        names = [plain(name) for name in self._lost_names if not typed.get(name, "")]
        lost = (
            [f"the {'values' if len(names) > 1 else 'value'} of {' '.join(names)}"] if names else []
        )
        if self._is_input_lost and not self.field("stdin").text:
            lost.append("the input")
        return " and ".join(lost)

    def on_form_field_changed(self, event: FormField.Changed) -> None:
        """Typing ends the search for earlier ones; what looks like a secret is covered."""
        if self._found >= 0 and self.field("command").text != self._matches()[self._found].line:
            self._sought, self._found = None, -1
        self._propose_shell()
        field = self.field("env")
        field.query_one(Input).password = looks_secret(field.text)
        super().on_form_field_changed(event)

    def _propose_shell(self) -> None:
        """Set the switch as the command asks for, unless the person did."""
        switch = self.field("shell")
        if switch.text != self._proposed_shell:
            self._proposed_shell = ""
            return
        self._proposed_shell = "yes" if holds_shell_signs(self.field("command").text) else "no"
        if switch.text != self._proposed_shell:
            switch.text = self._proposed_shell

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
        self._proposed_shell = ""
        self.field("command").text = found.line
        self.field("shell").text = "yes" if found.is_script else "no"
        self.field("cwd").text = found.cwd
        self.field("timeout_ms").text = found.timeout
        self._lost_names = tuple(found.variables.split())
        self._is_input_lost = found.has_input
        self.field("env").text = " ".join(f"{name}=" for name in self._lost_names)
        self.field("stdin").text = ""

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
                stdin=self._input(self.field("stdin").text),
                timeout_ms=timeout_ms(timeout),
            ),
        )
