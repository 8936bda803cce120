"""The form for a new machine: sizes, autosleep, and what to call it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.domain.label import NO_LABEL, Label
from dedalus_tui.domain.machine import MachineSpec
from dedalus_tui.domain.sizing import (
    autosleep_to_seconds,
    normalise_autosleep,
    parse_memory_mib,
    parse_storage_gib,
    parse_vcpu,
)
from dedalus_tui.ui.dialogs.checks import (
    SIZE_KEYS,
    check_name,
    check_optional_autosleep,
    parse_tags,
    read_sizes,
)
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.sizes import cost_line
from dedalus_tui.ui.present.units import memory_words, number

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.ui.present.roles import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMachine:
    """What to ask the service for, and the label to give the machine once it has an id."""

    spec: MachineSpec
    label: Label = NO_LABEL


class CreateDialog(FormDialog[NewMachine]):
    """Yields a NewMachine. The service alone knows its upper limits."""

    accept_label = "Create"

    def __init__(
        self,
        usual: MachineSpec,
        *,
        like: str = "",
        name: str = "",
        tags: tuple[str, ...] = (),
        rates: Rates | None = None,
        send: Callable[[NewMachine], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`usual` fills the fields; `like` is the title of the machine it was taken from."""
        super().__init__(f"New machine like {like}" if like else "New machine", send=send)
        self._usual = usual
        self._name_given = name
        self._tags = tags
        self._rates = rates

    def make_fields(self) -> Iterable[FormField]:
        """Every field has a sensible value from the start, so ctrl-s at once is enough."""
        usual = self._usual
        yield FormField(
            "vcpu", "vCPU", value=number(usual.vcpu), hint="such as 1 or 0.5", check=parse_vcpu
        )
        yield FormField(
            "memory_mib",
            "Memory",
            value=memory_words(usual.memory_mib),
            hint="such as 4GiB or 512MiB",
            check=parse_memory_mib,
        )
        yield FormField(
            "storage_gib",
            "Disk",
            value=f"{usual.storage_gib} GiB",
            hint="can grow later, never shrink",
            check=parse_storage_gib,
        )
        yield FormField(
            "autosleep",
            "Autosleep",
            value=usual.autosleep or "",
            hint="5m, 2h30m, 1d, never",
            check=check_optional_autosleep,
        )
        yield FormField(
            "name",
            "Name",
            value=self._name_given,
            hint="optional, kept on this computer",
            check=check_name,
        )
        yield FormField(
            "tags",
            "Tags",
            value=" ".join(self._tags),
            hint="optional, as in ci web",
            check=parse_tags,
        )

    def summary(self) -> Iterable[Line]:
        """A warning where money runs on, and the estimate."""
        autosleep = self.field("autosleep")
        if not autosleep.error and autosleep.text and autosleep_to_seconds(autosleep.text) == 0:
            yield (("It will run until somebody puts it to sleep.", Role.WARN),)
        sizes = read_sizes(*(self.field(key).text for key in SIZE_KEYS))
        yield from cost_line(self._rates, sizes)

    def collect(self) -> NewMachine:
        """The wish and the label."""
        autosleep = self.field("autosleep").text
        return NewMachine(
            spec=MachineSpec(
                vcpu=parse_vcpu(self.field("vcpu").text),
                memory_mib=parse_memory_mib(self.field("memory_mib").text),
                storage_gib=parse_storage_gib(self.field("storage_gib").text),
                autosleep=normalise_autosleep(autosleep) if autosleep else None,
            ),
            label=Label(name=self.field("name").text, tags=parse_tags(self.field("tags").text)),
        )
