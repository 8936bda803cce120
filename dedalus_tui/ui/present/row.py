"""One machine as a list shows it: what the service says, with what this computer knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.cost import per_hour
from dedalus_tui.domain.label import NO_LABEL, Label
from dedalus_tui.ui.present.text import clip_middle, plain

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.domain.network import NetworkPlace
    from dedalus_tui.domain.preview import Preview

SHORT_ID_CELLS = 16
_ID_TAIL = 6


class MachineRow(NamedTuple):
    """Everything a cell, a filter or a pane needs; it is a `Filterable`. Build with `make_row`."""

    machine: Machine
    label: Label = NO_LABEL
    activities: tuple[Activity, ...] | None = None
    """What was seen running on it; None when nobody has looked."""
    public: tuple[Preview, ...] = ()
    """Its previews that were public and ready when they were last listed, if they ever were."""
    memory_grows: bool | None = None
    """The service may give it more memory; None when nobody knows."""
    network: NetworkPlace | None = None
    """Where it is in its private network; None when nobody asked, or the service has none."""
    is_calling: bool = False
    """A terminal of it rang, or posted a notification, and nobody has looked since."""
    is_stale: bool = False
    """Remembered from an earlier run and not seen live yet."""
    asking: str = ""
    """A wish of ours under way, in words: "going to sleep"."""
    cost_per_hour: float | None = None
    """As it is now; None without rates."""
    haystack: str = ""
    """What filters search: every text in lower case, one on each line."""

    @property
    def machine_id(self) -> str:
        """The key of the row."""
        return self.machine.machine_id

    def public_now(self, now: datetime) -> tuple[Preview, ...]:
        """Those of `public` that have not expired since."""
        return tuple(each for each in self.public if each.is_open_to_all(now))

    @property
    def title(self) -> str:
        """What to call the machine in a sentence: its local name or its shortened id."""
        return title_of(self.machine, self.label)


def make_row(
    machine: Machine,
    *,
    label: Label = NO_LABEL,
    activities: tuple[Activity, ...] | None = None,
    public: tuple[Preview, ...] = (),
    memory_grows: bool | None = None,
    network: NetworkPlace | None = None,
    is_calling: bool = False,
    is_stale: bool = False,
    asking: str = "",
    rates: Rates | None = None,
) -> MachineRow:
    """A row with its cost and its haystack worked out."""
    words = (label.name, machine.machine_id, machine.phase, label.note, *label.tags)
    if public:
        words += ("public",)
    return MachineRow(
        machine=machine,
        label=label,
        activities=activities,
        public=public,
        memory_grows=memory_grows,
        network=network,
        is_calling=is_calling,
        is_stale=is_stale,
        asking=asking,
        cost_per_hour=per_hour(rates, machine) if rates is not None else None,
        haystack="\n".join(words).lower(),
    )


def title_of(machine: Machine, label: Label = NO_LABEL) -> str:
    """What to call a machine in a sentence: its local name or its shortened id."""
    return plain(label.name) if label.name else short_id(machine.machine_id)


def short_id(machine_id: str, cells: int = SHORT_ID_CELLS) -> str:
    """An id in `cells`: its start tells when, its end tells which of those made together."""
    return clip_middle(plain(machine_id), cells, tail=_ID_TAIL, ellipsis="..")
