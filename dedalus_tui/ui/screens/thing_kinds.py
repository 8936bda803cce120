"""The kinds of small things that have a list over all machines: ports, files, ssh sessions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dedalus_tui.ui.panes.artifacts import ArtifactsPane
from dedalus_tui.ui.panes.previews import PORT_COLUMNS, PREVIEW_COLUMNS
from dedalus_tui.ui.panes.ssh import SshPane
from dedalus_tui.ui.present.session import artifact_cells, port_cells, preview_cells, ssh_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.machine_items import MachineItems
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Span
    from dedalus_tui.ui.widgets.table_layout import TableColumn

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingKind(Generic[Item]):
    """What a list of things over all machines must know of one kind."""

    title: str
    """What the tab of a machine calls them, in lower case."""
    noun: str
    """One of them, in sentences."""
    tab: str
    """The tab of a machine that shows them."""
    advice: str
    """Where there are none: how to get one; ids of actions stand for their keys."""
    columns: Sequence[TableColumn]
    book: Callable[[Store], MachineItems[Item]]
    id_of: Callable[[Item], str]
    cells: Callable[[Item, datetime, Glyphs], Sequence[Span]]
    """One for each column."""
    is_ended: Callable[[Item], bool]
    created_at: Callable[[Item], datetime | None]
    expires_at: Callable[[Item], datetime | None]
    numbers: Mapping[str, Callable[[Item], float | None]] = field(default_factory=dict)
    """What columns that hold numbers sort by; the others sort by their text."""
    stand_in: Callable[[Store], ThingKind[Item] | None] = lambda _: None
    """What the service has in their place, as far as is known."""

    def now(self, store: Store) -> ThingKind[Item]:
        """These things as the service has them."""
        return self.stand_in(store) or self


def _port(preview: Preview) -> float | None:
    return preview.port


def _size(artifact: Artifact) -> float | None:
    return artifact.size_bytes


PREVIEWS: ThingKind[Preview] = ThingKind(
    title="ports",
    noun="port",
    tab="previews",
    advice="{machine.previews} on a machine, then {preview.create}, gives a port an address.",
    columns=PREVIEW_COLUMNS,
    book=lambda store: store.previews,
    id_of=lambda preview: preview.preview_id,
    cells=preview_cells,
    is_ended=lambda preview: preview.is_ended,
    created_at=lambda preview: preview.created_at,
    expires_at=lambda preview: preview.expires_at,
    numbers={"port": _port},
    stand_in=lambda store: PORTS if store.client.addresses.are_ports else None,
)
PORTS: ThingKind[Preview] = replace(PREVIEWS, columns=PORT_COLUMNS, cells=port_cells)
ARTIFACTS: ThingKind[Artifact] = ThingKind(
    title="files",
    noun="file",
    tab="artifacts",
    advice="What a run writes into $DEDALUS_ARTIFACTS_DIR appears here.",
    columns=ArtifactsPane.COLUMNS,
    book=lambda store: store.artifacts,
    id_of=lambda artifact: artifact.artifact_id,
    cells=lambda artifact, now, _: artifact_cells(artifact, now),
    is_ended=lambda _: False,
    created_at=lambda artifact: artifact.created_at,
    expires_at=lambda artifact: artifact.expires_at,
    numbers={"size": _size},
)
SSH_SESSIONS: ThingKind[SshSession] = ThingKind(
    title="ssh",
    noun="ssh session",
    tab="ssh",
    advice="{machine.ssh} on a machine logs in; its ssh tab opens sessions to use elsewhere.",
    columns=SshPane.COLUMNS,
    book=lambda store: store.ssh_sessions,
    id_of=lambda session: session.session_id,
    cells=ssh_cells,
    is_ended=lambda session: session.is_ended,
    created_at=lambda session: session.created_at,
    expires_at=lambda session: session.expires_at,
)

KINDS: Mapping[str, ThingKind[Any]] = {
    kind.tab: kind for kind in (PREVIEWS, ARTIFACTS, SSH_SESSIONS)
}
"""By the tab of a machine that shows them."""
