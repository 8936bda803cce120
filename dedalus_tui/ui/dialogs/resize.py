"""The form for other sizes: now → after, with the difference an hour where rates are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.machine import NO_CHANGE, MachineChange
from dedalus_tui.domain.sizing import parse_memory_mib, parse_storage_gib, parse_vcpu
from dedalus_tui.ui.dialogs.checks import SIZE_KEYS, read_sizes, storage_not_below
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.sizes import cost_change_lines
from dedalus_tui.ui.present.text import pad
from dedalus_tui.ui.present.units import memory_words, number, storage_words, vcpu

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.domain.label import Label
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line

_NOW_CELLS = 8


class ResizeDialog(FormDialog[MachineChange]):
    """Yields only what differs from now."""

    accept_label = "Resize"

    def __init__(
        self,
        machine: Machine,
        label: Label,
        *,
        wanted: MachineChange = NO_CHANGE,
        signs: Glyphs,
        rates: Rates | None = None,
        send: Callable[[MachineChange], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`machine` is as shown when the person asked; `wanted` fills fields."""
        super().__init__(f"Resize {title_of(machine, label)}", send=send)
        self._machine = machine
        self._wanted = wanted
        self._signs = signs
        self._rates = rates

    def make_fields(self) -> Iterable[FormField]:
        """The sizes, each starting from what it is."""
        held, values = self._machine, size_values(self._machine, self._wanted)
        yield FormField(
            "vcpu",
            "vCPU",
            now=self._now(vcpu(held.vcpu)),
            value=values[0],
            hint="such as 1 or 0.5",
            check=parse_vcpu,
        )
        yield FormField(
            "memory_mib",
            "Memory",
            now=self._now(memory_words(held.memory_mib)),
            value=values[1],
            hint="such as 8GiB",
            check=parse_memory_mib,
        )
        yield FormField(
            "storage_gib",
            "Disk",
            now=self._now(storage_words(held.storage_gib)),
            value=values[2],
            hint="can grow, never shrink",
            check=storage_not_below(held.storage_gib),
        )

    def summary(self) -> Iterable[Line]:
        """What it costs now and after, and what nobody has promised."""
        held = self._machine
        after = read_sizes(*(self.field(key).text for key in SIZE_KEYS))
        now = (held.vcpu, held.memory_mib, held.storage_gib)
        if after != now and not any(field.error for field in self.fields):
            yield from cost_change_lines(self._rates, now, after)
        yield (("Whether a running machine restarts for it is up to the service.", Role.MUTED),)

    def collect(self) -> MachineChange:
        """Only the sizes that differ."""
        held = self._machine
        wanted = (
            parse_vcpu(self.field("vcpu").text),
            parse_memory_mib(self.field("memory_mib").text),
            parse_storage_gib(self.field("storage_gib").text),
        )
        return MachineChange(
            vcpu=wanted[0] if wanted[0] != held.vcpu else None,
            memory_mib=wanted[1] if wanted[1] != held.memory_mib else None,
            storage_gib=wanted[2] if wanted[2] != held.storage_gib else None,
        )

    def why_not(self, result: MachineChange) -> str:
        """Sending what is so already would only make a new revision."""
        return "These are its sizes already." if result == NO_CHANGE else ""

    def _now(self, text: str) -> str:
        return f"{pad(text, _NOW_CELLS, right=True)} {self._signs.arrow}"


def size_values(held: Machine, wanted: MachineChange) -> tuple[str, str, str]:
    """What the fields of sizes start with: what is wanted, otherwise what is held."""
    cores = wanted.vcpu if wanted.vcpu is not None else held.vcpu
    memory = wanted.memory_mib if wanted.memory_mib is not None else held.memory_mib
    storage = wanted.storage_gib if wanted.storage_gib is not None else held.storage_gib
    return (
        number(cores) if cores is not None else "",
        memory_words(memory) if memory is not None else "",
        storage_words(storage) if storage is not None else "",
    )
