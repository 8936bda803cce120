"""An image artifact on a screen of its own, as large as the terminal allows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store.artifact_download import SpoiledError
from dedalus_tui.store.artifact_image import decode, read_image
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.session import artifact_words
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.widgets.picture_view import PictureView
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.store.artifact_image import StillImage
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services


class ArtifactImageScreen(ActionScreen):
    """Read from the service when it opens; nothing is kept on this computer."""

    PLACE = "image"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("image")

    DEFAULT_CSS = """
    ArtifactImageScreen {
        #told { height: auto; padding: 0 1; }
        #picture { height: 1fr; }
    }
    """

    def __init__(self, services: Services, artifact: Artifact, *, has_colours: bool) -> None:
        """An image that `store.artifact_image.why_not_image` has nothing against."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._artifact = artifact
        self._image: StillImage | None = None
        self._room = (0, 0)
        self._told = SpanText(id="told")
        self._view = PictureView(
            has_colours=has_colours and not services.settings.ascii, id="picture"
        )

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("files", plain(self._artifact.name))

    def compose_middle(self) -> Iterable[Widget]:
        """What file it is, and the picture."""
        yield self._told
        yield self._view

    def on_mount(self) -> None:
        """Read it."""
        self._tell("reading...", Role.MUTED)
        self.run_worker(self._read(), name="read artifact", group="read")

    async def _read(self) -> None:
        artifacts = self._services.store.client.artifacts
        try:
            data = await read_image(artifacts, self._artifact)
            self._image = await asyncio.to_thread(decode, data)
        except CloudFault as fault:
            self._tell(explain(fault, about="the artifact").sentences, Role.BAD)
        except SpoiledError as error:
            key = key_of("artifact.download", self)
            words = f"Not shown: {error}. {key} in the list of files downloads it."
            self._tell(words, Role.BAD)
        else:
            more = ", the first picture of an animation" if self._image.is_animated else ""
            self._tell(f"{self._image.width} x {self._image.height} pixels{more}", Role.MUTED)
            self._fit()

    def on_picture_view_resized(self, event: PictureView.Resized) -> None:
        """More or less room."""
        event.stop()
        self._room = (event.columns, event.rows)
        self._fit()

    def _fit(self) -> None:
        if self._image is not None:
            self.run_worker(
                self._show(self._image, *self._room), name="fit", group="fit", exclusive=True
            )

    async def _show(self, image: StillImage, columns: int, rows: int) -> None:
        ground = self._view.background_colors[1].rgb
        self._view.show(await asyncio.to_thread(image.fitted, columns, rows, ground))

    def _tell(self, words: str, role: str) -> None:
        line: Line = ((artifact_words(self._artifact, self.now), Role.MUTED),)
        self._told.show([line, ((words, role),)])
