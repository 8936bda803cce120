"""A text artifact on a screen of its own: read only, searchable, control characters harmless."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.output import OutputRecord, Stream
from dedalus_tui.store.artifact_download import SpoiledError, safe_name
from dedalus_tui.store.artifact_text import read_text
from dedalus_tui.store.output_spool import OutputSpool
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.session import artifact_words
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.screens.text_screen import TextScreen
from dedalus_tui.ui.widgets.log_panel import LogPanel
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services


class ArtifactTextScreen(TextScreen):
    """Read from the service when it opens; nothing is kept on this computer."""

    PLACE = "text"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("text")
    CSS_PATH = "output.tcss"

    def __init__(self, services: Services, artifact: Artifact) -> None:
        """An artifact that `store.artifact_text.why_not_text` has nothing against."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._artifact = artifact
        self._spool = OutputSpool()
        self._panel = LogPanel(
            OutputView(self._spool),
            is_ascii=self.settings.ascii,
            key_of=partial(key_of, holder=self),
            nothing="The file is empty.",
            waiting="",
        )
        self._told = SpanText(id="told")

    @property
    def panel(self) -> LogPanel:
        """The text on show."""
        return self._panel

    @property
    def suggested_file(self) -> str:
        """Its own name, made safe."""
        return safe_name(self._artifact.name, self._artifact.artifact_id)

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("files", plain(self._artifact.name))

    def compose_middle(self) -> Iterable[Widget]:
        """What file it is, and its text."""
        yield self._told
        yield Vertical(self._panel, id="log")

    def on_mount(self) -> None:
        """Read it."""
        self._told.display = True
        self._tell("reading...", Role.MUTED)
        self.run_worker(self._read(), name="read artifact", group="read")

    def on_unmount(self) -> None:
        """Nothing is kept."""
        self._spool.close()

    async def _read(self) -> None:
        artifacts, artifact = self._services.store.client.artifacts, self._artifact
        try:
            data = await read_text(artifacts, artifact)
        except CloudFault as fault:
            self._tell(explain(fault, about="the artifact").sentences, Role.BAD)
        except SpoiledError as error:
            key = key_of("artifact.download", self)
            words = f"Not shown: {error}. {key} in the list of files downloads it."
            self._tell(words, Role.BAD)
        else:
            if data:
                self._spool.append(OutputRecord(1, 0, Stream.STDOUT, data))
            self._panel.is_over = True
            self._panel.log_view.first()
            self._tell("", Role.STRONG)
            self._panel.show_state()

    def _tell(self, words: str, role: str) -> None:
        lines: list[Line] = [((artifact_words(self._artifact, self.now), Role.MUTED),)]
        if words:
            lines.append(((words, role),))
        self._told.show(lines)
