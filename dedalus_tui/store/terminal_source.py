"""What a terminal session needs of the other side, whatever that is. Types only.

A source gives a stream whenever the session wants to be connected; a stream carries bytes both
ways until it ends. On a machine the source is a terminal of the service (`machine_terminal.py`)
and the stream a WebSocket; in an ssh tab the source is a login (`ssh_terminal.py`) and the stream
a program on a pseudo-terminal of this computer (`local_pty.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from dedalus_tui.api.terminal_socket import Frame, SocketEnding
    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.domain.terminal_state import Standing


@dataclass(frozen=True, slots=True)
class ProcessEnding:
    """How a stream ended that was a process of this computer: for good."""

    exit_status: int
    """What it exited with; negative: the signal that ended it."""


class TerminalStream(Protocol):
    """Bytes out of a terminal, bytes and sizes into it. Use from one loop."""

    @property
    def ending(self) -> SocketEnding | ProcessEnding | None:
        """How it ended; None while it lives."""

    def frames(self) -> AsyncIterator[Frame]:
        """Frames in order, until the stream ends. Reading slowly holds the program back."""

    async def send_input(self, data: bytes) -> bool:
        """Send what was typed; False when the stream has ended: it did not arrive."""

    async def send_size(self, columns: int, rows: int) -> bool:
        """Tell the terminal its size; False when the stream has ended."""

    async def answers_within(self, seconds: float) -> bool:
        """True when the other side gives a sign of life in time."""

    async def close(self) -> None:
        """End the stream in an orderly way."""

    def abort(self) -> None:
        """End it at once."""


class Connected(NamedTuple):
    """A stream, and whether anything was written in its terminal before."""

    stream: TerminalStream
    is_new: bool
    """True on the first stream of a terminal made for us: nothing is old."""


class TerminalSource(Protocol):
    """Where streams come from."""

    @property
    def is_ssh(self) -> bool:
        """True for a login by ssh, which ends with its stream and cannot be found again."""

    @property
    def terminal(self) -> Terminal | None:
        """The terminal of the service, once there is one; an ssh tab has none."""

    async def connect(
        self,
        columns: int,
        rows: int,
        *,
        may_wake: bool,
        waiting: Callable[[], None],
        anew: Callable[[], None],
    ) -> Connected:
        """Have a terminal and connect to it. Raises NotToBeHad, CloudFault.

        `waiting` is called before each wait for the machine, `anew` before another terminal is
        asked for in place of one that has ended.
        """

    def let_go(self) -> None:
        """The next `connect` is to another terminal than the one that ended."""

    async def standing_after(self, ending: SocketEnding | ProcessEnding) -> Standing:
        """What an ending that is not recoverable means."""

    async def end(self) -> None:
        """End the terminal and what runs in it. Raises CloudFault; then it may still run."""

    async def aclose(self) -> None:
        """Leave nothing behind on this computer."""
