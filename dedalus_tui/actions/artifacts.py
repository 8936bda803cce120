"""The way to the files that runs left, and the calls behind the tab of artifacts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Scope
from dedalus_tui.domain.faults import NotFound

if TYPE_CHECKING:
    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.store.cloud import Store

ACTIONS: tuple[Action, ...] = (
    Action(
        id="app.artifacts",
        label="Files of all machines",
        footer="",
        help="Show the files that runs left on any machine; wakes none.",
        scope=Scope.APP,
        group="Application",
    ),
)


async def delete_artifact(store: Store, artifact: Artifact) -> None:
    """Delete the file at the service. One that is gone already is no fault. Raises CloudFault."""
    from dedalus_tui.api.keys import new_wish_key

    # Somebody else may have been quicker, or it expired.
    with suppress(NotFound):
        await store.client.artifacts.delete(
            artifact.machine_id, artifact.artifact_id, key=new_wish_key()
        )
    store.artifacts.forget(artifact.machine_id, artifact.artifact_id)
