"""From the store's changes to one Textual signal, at most thirty times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual.app import App
    from textual.timer import Timer

FRAME_SECONDS = 1 / 30


class Bridge:
    """Gathers what changed and publishes it once a frame; the first change goes out at once.

    Subscribers set reactives or patch cells and do nothing else; one whose screen is not current
    only remembers that it is stale.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._gathered: set[tuple[str, ...]] = set()
        self._pause: Timer | None = None
        self._unlisten: Callable[[], None] | None = None
        self.signal: Signal[frozenset[tuple[str, ...]]] = Signal(app, "store changed")

    def connect(
        self,
        listen: Callable[[Callable[[frozenset[tuple[str, ...]]], None]], Callable[[], None]],
    ) -> None:
        """Listen to a store (its `changes.listen`) instead of the one before."""
        self.disconnect()
        self._unlisten = listen(self.hear)

    def disconnect(self) -> None:
        """Listen to nothing."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    def hear(self, keys: frozenset[tuple[str, ...]]) -> None:
        """Take in what changed."""
        self._gathered |= keys
        if self._pause is None:
            self._publish()

    def _publish(self) -> None:
        gathered = frozenset(self._gathered)
        self._gathered.clear()
        self._pause = self._app.set_timer(FRAME_SECONDS, self._frame_over)
        self.signal.publish(gathered)

    def _frame_over(self) -> None:
        self._pause = None
        if self._gathered:
            self._publish()
