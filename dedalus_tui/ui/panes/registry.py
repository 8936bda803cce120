"""The tabs of a machine, in their order. A new tab is a pane class and one entry here.

Classes are imported when their tab is first opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.ui.panes.pane import MachinePane
    from dedalus_tui.ui.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneEntry:
    """One tab."""

    key: str
    """Its name in the code, as in `MachineScreen(..., tab="raw")`."""
    title: str
    make: Callable[[Services, str], MachinePane]
    """Imports and builds the pane for a machine."""
    abilities: tuple[str, ...] = ()
    """Of these (`api.abilities.Ability`) the service must offer one; empty = nothing special."""


def _overview(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.overview import OverviewPane

    return OverviewPane(services, machine_id)


def _timeline(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.timeline import TimelinePane

    return TimelinePane(services, machine_id)


def _raw(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.raw import RawPane

    return RawPane(services, machine_id)


def _usage(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.usage import UsagePane

    return UsagePane(services, machine_id)


def _executions(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.executions import ExecutionsPane

    return ExecutionsPane(services, machine_id)


def _terminals(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.terminals import TerminalsPane

    return TerminalsPane(services, machine_id)


def _ssh(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.ssh import SshPane

    return SshPane(services, machine_id)


def _previews(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.previews import PreviewsPane

    return PreviewsPane(services, machine_id)


def _artifacts(services: Services, machine_id: str) -> MachinePane:
    from dedalus_tui.ui.panes.artifacts import ArtifactsPane

    return ArtifactsPane(services, machine_id)


PANES: tuple[PaneEntry, ...] = (
    PaneEntry(key="overview", title="Overview", make=_overview),
    PaneEntry(key="executions", title="Runs", make=_executions, abilities=("executions",)),
    PaneEntry(key="terminals", title="Terminals", make=_terminals, abilities=("terminals",)),
    PaneEntry(key="ssh", title="SSH", make=_ssh, abilities=("ssh",)),
    PaneEntry(key="previews", title="Ports", make=_previews, abilities=("previews", "ports")),
    PaneEntry(key="artifacts", title="Files", make=_artifacts, abilities=("artifacts",)),
    PaneEntry(key="usage", title="Usage", make=_usage, abilities=("usage",)),
    PaneEntry(key="timeline", title="Timeline", make=_timeline),
    PaneEntry(key="raw", title="Raw", make=_raw),
)
"""Every tab, left to right."""


def why_not(services: Services, entry: PaneEntry) -> str | None:
    """The sentence why a tab cannot be used with this service; None when it can, or when nobody
    has asked yet."""
    offers = services.store.client.abilities.offers
    if entry.abilities and all(offers(each) is False for each in entry.abilities):
        return "this deployment does not offer it"
    return None
