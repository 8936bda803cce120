"""The form for other sizes of several machines: an empty field leaves each as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.machine import NO_CHANGE, Machine, MachineChange
from dedalus_tui.domain.sizing import parse_memory_mib, parse_storage_gib, parse_vcpu
from dedalus_tui.ui.dialogs.checks import SIZE_KEYS
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.dialogs.resize import size_values
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.sizes import cost_change_lines
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.label import Label
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.present.sizes import Sizes

MOST_REFUSALS = 4
_TITLES = ("vCPU", "Memory", "Disk")
_HINTS = ("such as 1 or 0.5", "such as 8GiB", "can grow, never shrink")
_CHECKS: tuple[Callable[[str], object], ...] = (parse_vcpu, parse_memory_mib, parse_storage_gib)


class ResizeManyDialog(FormDialog[MachineChange]):
    """Yields the sizes that were typed, the same for all; who cannot have them is said."""

    accept_label = "Resize"

    def __init__(
        self,
        machines: Sequence[tuple[Machine, Label]],
        *,
        refusal: Callable[[str, MachineChange], str | None],
        wanted: MachineChange = NO_CHANGE,
        rates: Rates | None = None,
    ) -> None:
        """The machines as shown when the person asked, more than one; `refusal` is the sentence
        why the machine of that id cannot have these sizes; `wanted` fills fields."""
        super().__init__(f"Resize {counted(len(machines), 'machine')}")
        self._machines = tuple(machines)
        self._refusal = refusal
        self._wanted = wanted
        self._rates = rates

    def make_fields(self) -> Iterable[FormField]:
        """The sizes they share, and nothing where they differ."""
        held = [size_values(machine, self._wanted) for machine, _ in self._machines]
        for place, key in enumerate(SIZE_KEYS):
            shared = {values[place] for values in held}
            check = _CHECKS[place]
            yield FormField(
                key,
                _TITLES[place],
                value=shared.pop() if len(shared) == 1 else "",
                placeholder="mixed",
                hint=_HINTS[place],
                check=lambda text, check=check: check(text) if text else None,  # type: ignore[misc]
            )

    def summary(self) -> Iterable[Line]:
        """For how many it is possible, why not for the others, and what it costs."""
        if any(field.error for field in self.fields):
            return
        wanted = self.collect()
        if wanted == NO_CHANGE:
            yield (("A field that stays empty leaves each machine as it is.", Role.MUTED),)
            return
        refused = self._refused(wanted)
        possible = [machine for machine, _ in self._machines if machine.machine_id not in refused]
        many = f"possible for {len(possible)} of {counted(len(self._machines), 'machine')}"
        yield ((many, Role.STRONG if possible else Role.WARN),)
        titles = {machine.machine_id: title_of(machine, label) for machine, label in self._machines}
        for machine_id, reason in list(refused.items())[:MOST_REFUSALS]:
            yield ((f"  {titles[machine_id]}: {reason}", Role.MUTED),)
        if len(refused) > MOST_REFUSALS:
            yield ((f"  and {len(refused) - MOST_REFUSALS} more", Role.MUTED),)
        yield from cost_change_lines(
            self._rates, _total(possible, NO_CHANGE), _total(possible, wanted)
        )
        yield (("Whether a running machine restarts for it is up to the service.", Role.MUTED),)

    def collect(self) -> MachineChange:
        """What was typed; None for an empty field."""
        cores, memory, storage = (self.field(key).text for key in SIZE_KEYS)
        return MachineChange(
            vcpu=parse_vcpu(cores) if cores else None,
            memory_mib=parse_memory_mib(memory) if memory else None,
            storage_gib=parse_storage_gib(storage) if storage else None,
        )

    def why_not(self, result: MachineChange) -> str:
        """Somebody must be able to have them."""
        if len(self._refused(result)) < len(self._machines):
            return ""
        return "None of these machines can be changed so."

    def _refused(self, wanted: MachineChange) -> dict[str, str]:
        reasons = {
            machine.machine_id: self._refusal(machine.machine_id, wanted)
            for machine, _ in self._machines
        }
        return {machine_id: reason for machine_id, reason in reasons.items() if reason}


def _total(machines: Iterable[Machine], wanted: MachineChange) -> Sizes:
    """The sizes of all together, once they have what is wanted; None where one is not known."""
    totals: list[float | None] = [0, 0, 0]
    for machine in machines:
        held = (machine.vcpu, machine.memory_mib, machine.storage_gib)
        for place, (now, then) in enumerate(zip(held, wanted[:3], strict=True)):
            size, total = (now if then is None else then), totals[place]
            totals[place] = None if size is None or total is None else total + size
    cores, memory, storage = totals
    return (
        cores,
        None if memory is None else int(memory),
        None if storage is None else int(storage),
    )
