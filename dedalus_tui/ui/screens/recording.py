"""A recording being played: pause, faster and slower, forth and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from dedalus_tui.ui.bindings import screen_bindings
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import duration, number
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.widgets.span_line import Piece, SpanRow
from dedalus_tui.ui.widgets.terminal_canvas import TerminalCanvas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.store.terminal_playback import Playback

FRAME_SECONDS = 1 / 30
SKIP_SECONDS = 5.0


class RecordingScreen(ActionScreen):
    """Shows a playback at the size it was recorded in."""

    PLACE = "recording"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("recording")

    def __init__(
        self,
        settings: Settings,
        keys: Mapping[str, tuple[str, ...]],
        playback: Playback,
        *,
        name: str,
    ) -> None:
        """`name` is what the file is called."""
        super().__init__(settings, keys)
        self._playback = playback
        self._shown_name = plain(playback.header.title) or plain(name)
        self.canvas = TerminalCanvas(playback.emulator, is_ascii=settings.ascii)
        self.canvas.set_live(False)

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("recording", self._shown_name)

    def compose_middle(self) -> Iterable[Widget]:
        """The picture; the header says where it is."""
        with Container(id="picture"):
            yield self.canvas

    def on_mount(self) -> None:
        """Begin to play."""
        self.set_interval(FRAME_SECONDS, self._step)

    def _step(self) -> None:
        before = self._playback.position
        self._playback.advance(FRAME_SECONDS)
        if self._playback.position != before:
            self.canvas.notice_change()
            self.refresh_header()

    def refresh_header(self) -> None:
        """Say how far it is."""
        playback = self._playback
        state = "paused" if playback.is_paused else "over" if playback.is_over else "playing"
        self.header.show(
            SpanRow(
                (
                    Piece(f" {self._shown_name}  ", Role.STRONG),
                    Piece(f"{state} ", Role.ACCENT),
                    Piece(f"{duration(playback.position)} of {duration(playback.length)}  "),
                    Piece(f"x{number(playback.speed)}", Role.MUTED),
                )
            )
        )

    def action_player_pause(self) -> None:
        """Stop, or go on."""
        self._playback.is_paused = not self._playback.is_paused
        self.refresh_header()

    def action_player_faster(self) -> None:
        """Play faster."""
        self._change_speed(1)

    def action_player_slower(self) -> None:
        """Play slower."""
        self._change_speed(-1)

    def _change_speed(self, steps: int) -> None:
        self._playback.change_speed(steps)
        self.refresh_header()

    async def action_player_forward(self) -> None:
        """Some seconds forth."""
        await self._seek(self._playback.position + SKIP_SECONDS)

    async def action_player_backward(self) -> None:
        """Some seconds back."""
        await self._seek(self._playback.position - SKIP_SECONDS)

    async def action_player_again(self) -> None:
        """From the beginning."""
        await self._seek(0.0)

    async def _seek(self, seconds: float) -> None:
        self._playback.seek(seconds)
        if self.canvas.emulator is not self._playback.emulator:
            await self.canvas.remove()
            self.canvas = TerminalCanvas(self._playback.emulator, is_ascii=self.settings.ascii)
            self.canvas.set_live(False)
            await self.query_one("#picture").mount(self.canvas)
        self.canvas.repaint_all()
        self.refresh_header()
