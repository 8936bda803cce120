"""The tab of a machine's artifacts: files that its runs left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.artifacts import delete_artifact
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store.artifact_image import is_image, why_not_image
from dedalus_tui.store.artifact_text import why_not_text
from dedalus_tui.ui.bindings import key_of, pane_bindings
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.download import DownloadDialog
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.panes.items import ItemsPane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.session import artifact_cells, artifact_words
from dedalus_tui.ui.widgets.table_layout import TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.store.machine_items import MachineItems
    from dedalus_tui.ui.present.roles import Span


class ArtifactsPane(ItemsPane["Artifact"]):
    """Downloads are resumed, verified, and never written over another file."""

    PLURAL = "files"
    EMPTY = "What a run writes into $DEDALUS_ARTIFACTS_DIR appears here."
    OWN_SCOPE = Scope.ARTIFACT
    COLUMNS: ClassVar[Sequence[TableColumn]] = (
        TableColumn(key="name", title="NAME", width=24, max_width=60),
        TableColumn(key="size", title="SIZE", width=8, is_right_aligned=True),
        TableColumn(key="type", title="TYPE", width=12, max_width=30),
        TableColumn(key="age", title="AGE", width=4, is_right_aligned=True),
        TableColumn(key="expires", title="EXPIRES IN", width=10, is_right_aligned=True),
        TableColumn(key="run", title="LEFT BY RUN", width=12, max_width=48),
    )
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.ARTIFACT)

    _directory = ""
    """Where the last download went."""

    @property
    def book(self) -> MachineItems[Artifact]:
        """The artifacts."""
        return self.services.store.artifacts

    def id_of(self, item: Artifact) -> str:
        """Its id."""
        return item.artifact_id

    def cells(self, item: Artifact) -> Sequence[Span]:
        """One cell for each column."""
        return artifact_cells(item, self.services.store.clock.now())

    # Actions.

    class ViewAsked(Message):
        """Somebody wants to look at an artifact that is a text or an image."""

        def __init__(self, artifact: Artifact) -> None:
            super().__init__()
            self.artifact = artifact

    def action_artifact_download(self) -> None:
        """Fetch the selected file to a directory of one's choice."""
        artifact = self._chosen()
        if artifact is not None:
            self.app.run_worker(self._download(artifact), name="download artifact")

    def action_artifact_view(self) -> None:
        """Look at the selected file without keeping it: text or an image, not too large."""
        artifact = self._chosen()
        if artifact is None:
            return
        reason = why_not_image(artifact) if is_image(artifact) else why_not_text(artifact)
        if reason is not None:
            key = key_of("artifact.download", self.services)
            self.post_message(self.Said(f"not shown here: {reason}; {key} downloads it"))
            return
        self.post_message(self.ViewAsked(artifact))

    def action_artifact_copy_digest(self) -> None:
        """Copy the digest the service promises."""
        artifact = self._chosen()
        if artifact is None:
            return
        if not artifact.sha256:
            self.post_message(self.Said("the service gives no sha256 for it"))
            return
        self.post_message(self.Copied(artifact.sha256, "its sha256"))

    def action_artifact_delete(self) -> None:
        """Delete the selected file at the service."""
        artifact = self._chosen()
        if artifact is not None and self.may_change("delete an artifact"):
            self.app.run_worker(self._delete(artifact), name="delete artifact")

    def _chosen(self) -> Artifact | None:
        artifact = self.selected
        if artifact is None:
            self.post_message(self.Said("select an artifact first"))
        return artifact

    async def _download(self, artifact: Artifact) -> None:
        directory = await self.app.push_screen_wait(
            PromptDialog(
                "Download",
                "Directory",
                value=self._directory or _usual_directory(),
                hint=artifact_words(artifact, self.services.store.clock.now()),
                accept_label="Download",
                check=_directory_in,
            )
        )
        if directory is None:
            return
        self._directory = directory
        dialog = DownloadDialog(self.services.store, artifact, _directory_in(directory), self.signs)
        path = await self.app.push_screen_wait(dialog)
        if path is not None:
            verified = " and verified" if artifact.sha256 else ""
            self.post_message(self.Said(f"saved{verified}: {path}"))

    async def _delete(self, artifact: Artifact) -> None:
        now = self.services.store.clock.now()
        lines = [
            ((artifact_words(artifact, now), Role.TEXT),),
            (("The service has no undo.", Role.WARN),),
        ]
        answer = self.app.push_screen_wait(
            ConfirmDialog("Delete the artifact?", lines, accept_label="Delete", is_dangerous=True)
        )
        if not await answer:
            return
        try:
            await delete_artifact(self.services.store, artifact)
        except CloudFault as fault:
            told = explain(fault, about="the artifact")
            self.post_message(self.Said(f"not deleted: {told.happened}. {told.advice}"))


def _usual_directory() -> str:
    downloads = Path("~/Downloads").expanduser()
    return "~/Downloads" if downloads.is_dir() else "."


def _directory_in(text: str) -> Path:
    """The directory named; it may be made, but not in the place of a file."""
    path = Path(text.strip() or ".").expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError("this is a file, not a directory")
    return path
