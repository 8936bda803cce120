"""How long a machine may idle before it sleeps: one field, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.machine import MachineChange
from dedalus_tui.domain.sizing import SizingError, autosleep_to_seconds, normalise_autosleep
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.units import autosleep, counted, exact_duration

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.domain.label import Label
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.ui.present.roles import Line

_EXAMPLES = (("30s", "5m", "30m", "2h", "1d", "1h30m"), ("never",))


class AutosleepDialog(FormDialog[MachineChange]):
    """Yields a change of autosleep, for one machine or the same for several."""

    accept_label = "Set"

    def __init__(
        self,
        machines: Sequence[tuple[Machine, Label]],
        *,
        wanted: str = "",
        send: Callable[[MachineChange], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """The machines as shown when the person asked, at least one; `wanted` fills the field."""
        whom = title_of(*machines[0]) if len(machines) == 1 else counted(len(machines), "machine")
        super().__init__(f"Autosleep of {whom}", send=send)
        held = {machine.autosleep_seconds for machine, _ in machines}
        self._wanted = wanted
        self._held = held.pop() if len(held) == 1 else None

    def make_fields(self) -> Iterable[FormField]:
        """One field; Enter accepts."""
        yield FormField(
            "autosleep",
            "Idle for",
            value=self._wanted or _written(self._held),
            hint="then it sleeps",
            check=normalise_autosleep,
        )

    def summary(self) -> Iterable[Line]:
        """What the text means, and what may be typed."""
        text = self.field("autosleep").text
        try:
            seconds = autosleep_to_seconds(text)
        except SizingError:
            yield (("", Role.TEXT),)
        else:
            if seconds == 0:
                yield (("It runs until somebody puts it to sleep.", Role.WARN),)
            else:
                yield ((f"It sleeps after {exact_duration(seconds)} without activity.", Role.TEXT),)
        if self._held is not None:
            yield ((f"now {autosleep(self._held)}", Role.MUTED),)
        yield ()
        words = "   ".join(example for group in _EXAMPLES for example in group)
        yield (("examples   ", Role.MUTED), (words, Role.KEY))
        yield (("Executions, terminals and ssh sessions count as activity.", Role.MUTED),)

    def collect(self) -> MachineChange:
        """The change, normalised."""
        return MachineChange(autosleep=normalise_autosleep(self.field("autosleep").text))


def _written(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return "never" if seconds == 0 else exact_duration(seconds)
