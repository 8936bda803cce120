"""A download under way: a bar, how much, how fast; leaving it keeps what came for the next try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store.artifact_download import Progress, SpoiledError, download
from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import byte_count
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual.widget import Widget

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line

_BAR_CELLS = 40


class DownloadDialog(Dialog["Path"]):
    """Yields where the file lies."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, store: Store, artifact: Artifact, directory: Path, signs: Glyphs) -> None:
        """Begins at once."""
        super().__init__(f"Download {plain(artifact.name)}")
        self._store = store
        self._artifact = artifact
        self._directory = directory
        self._signs = signs
        self._progress = Progress(0, artifact.size_bytes)
        self._began = store.clock.monotonic()
        self._trouble: tuple[Line, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """The bar, or what went wrong."""
        yield SpanText(id="said")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Only the way out: it ends by itself."""
        yield DialogButton("Cancel", hint="esc", id="cancel")

    def on_mount(self) -> None:
        """Begin."""
        self._draw()
        self.set_interval(0.1, self._draw)
        self.run_worker(self._fetch(), name="download", group="download")

    def accept(self) -> None:
        """There is nothing to agree to."""

    async def _fetch(self) -> None:
        artifacts = self._store.client.artifacts
        try:
            # Its address may have been signed for a short while only: ask for a fresh one.
            fresh = await artifacts.get(self._artifact.machine_id, self._artifact.artifact_id)
            path = await download(artifacts, fresh, self._directory, on_progress=self._received)
        except CloudFault as fault:
            told = explain(fault, about="the artifact")
            self._fail(told.happened, f"{told.advice} What came is kept for the next try.")
        except SpoiledError as error:
            self._fail(f"what came is not what was promised: {error}", "Nothing was kept.")
        except OSError as error:
            self._fail(f"it cannot be written: {error.strerror}", "Choose another directory.")
        else:
            self.dismiss(path)

    def _received(self, progress: Progress) -> None:
        self._progress = progress

    def _fail(self, happened: str, advice: str) -> None:
        first = f"{happened[:1].upper()}{happened[1:]}."
        self._trouble = (((first, Role.BAD),), (), ((advice, Role.TEXT),))
        self._draw()

    def _draw(self) -> None:
        if self.is_mounted:
            self.query_one("#said", SpanText).show(self._trouble or self._bar())

    def _bar(self) -> tuple[Line, ...]:
        received, total = self._progress.received, self._progress.total
        seconds = max(0.001, self._store.clock.monotonic() - self._began)
        speed = byte_count(int((received - self._progress.resumed_at) / seconds))
        words = f"{byte_count(received)} of {byte_count(total)}, {speed}/s"
        if self._progress.resumed_at:
            words += f", went on at {byte_count(self._progress.resumed_at)}"
        share = min(1.0, received / total) if total else 0.0
        full = round(share * _BAR_CELLS)
        bar = (
            (self._signs.bar_full * full, Role.OK),
            (self._signs.bar_empty * (_BAR_CELLS - full), Role.FAINT),
            (f" {share * 100:3.0f} %" if total else "", Role.TEXT),
        )
        return (bar, ((words, Role.MUTED),))
