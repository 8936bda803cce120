"""A recording being played: pause, faster and slower, forth and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import duration, number
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.terminal_canvas import TerminalCanvas

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dedalus_tui.store.terminal_playback import Playback

FRAME_SECONDS = 1 / 30
SKIP_SECONDS = 5.0
_KEYS = (("space", "pause"), ("← →", "5 s"), ("+ -", "speed"), ("0", "again"), ("q", "leave"))


class RecordingScreen(Screen[None]):
    """Shows a playback at the size it was recorded in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", show=False),
        Binding("left", "skip(-1)", show=False),
        Binding("right", "skip(1)", show=False),
        Binding("plus,greater_than_sign", "speed(1)", show=False),
        Binding("minus,less_than_sign", "speed(-1)", show=False),
        Binding("0,home", "again", show=False),
        Binding("q,escape", "leave", show=False),
    ]

    def __init__(self, playback: Playback, *, name: str) -> None:
        """`name` is what the file is called."""
        super().__init__()
        self._playback = playback
        self._name = plain(playback.header.title) or plain(name)
        self.header = SpanLines()
        self.canvas = TerminalCanvas(playback.emulator)
        self.canvas.set_live(False)

    def compose(self) -> ComposeResult:
        """Where it is, and the picture."""
        yield self.header
        yield self.canvas

    def on_mount(self) -> None:
        """Begin to play."""
        self._tell()
        self.set_interval(FRAME_SECONDS, self._step)

    def _step(self) -> None:
        before = self._playback.position
        self._playback.advance(FRAME_SECONDS)
        if self._playback.position != before:
            self.canvas.notice_change()
            self._tell()

    def _tell(self) -> None:
        playback = self._playback
        state = "paused" if playback.is_paused else "over" if playback.is_over else "playing"
        right = [Piece(f"{key} ", Role.KEY) for key, _ in _KEYS]
        words = [Piece(f"{text}  ", Role.TEXT) for _, text in _KEYS]
        self.header.show(
            SpanRow(
                (
                    Piece(f" {self._name}  ", Role.STRONG),
                    Piece(f"{state} ", Role.ACCENT),
                    Piece(f"{duration(playback.position)} of {duration(playback.length)}  "),
                    Piece(f"x{number(playback.speed)}", Role.MUTED),
                ),
                tuple(piece for pair in zip(right, words, strict=True) for piece in pair),
            )
        )

    def action_pause(self) -> None:
        """Stop, or go on."""
        self._playback.is_paused = not self._playback.is_paused
        self._tell()

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self._playback.change_speed(steps)
        self._tell()

    async def action_skip(self, steps: int) -> None:
        """Some seconds forth or back."""
        await self._seek(self._playback.position + steps * SKIP_SECONDS)

    async def action_again(self) -> None:
        """From the beginning."""
        await self._seek(0.0)

    async def _seek(self, seconds: float) -> None:
        self._playback.seek(seconds)
        if self.canvas.emulator is not self._playback.emulator:
            await self.canvas.remove()
            self.canvas = TerminalCanvas(self._playback.emulator)
            self.canvas.set_live(False)
            await self.mount(self.canvas)
        self.canvas.repaint_all()
        self._tell()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
