"""Garbage is collected while nobody types.

By itself Python looks at every object there is whenever enough new ones have lasted. With 10,000
machines that holds the program for 50 to 90 ms, and since keys make most of the new objects, it
comes in the middle of one. So it is done between keys, and what has lasted is then left out of the
next times (`gc.freeze`), which makes them short. What has become garbage since is found again by a
thorough collection now and then.
"""

from __future__ import annotations

import asyncio
import gc
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_SECONDS = 5.0
CALM_SECONDS = 1.5
"""Nobody has typed for so long: the next key is probably not about to come."""
THOROUGH_SECONDS = 600.0
"""Garbage among what had lasted stays no longer than this and the next calm moment."""
WHOLE_AFTER = 200
"""Python's own collection of everything: only for somebody who never stops typing."""


class Collector:
    """Collects between keys, from `start` to the end of the loop."""

    def __init__(
        self, idle_seconds: Callable[[], float], *, is_at_home: Callable[[], bool]
    ) -> None:
        """`idle_seconds` tells how long ago the person did something.

        `is_at_home` is False while there are things that will be gone soon, and must not be left
        out of the next times: screens above the first one.
        """
        self._idle_seconds = idle_seconds
        self._is_at_home = is_at_home
        self._thorough_at = monotonic()

    def start(self) -> None:
        """Look every few seconds whether nobody types."""
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, WHOLE_AFTER)
        self._look_again()

    def look(self, now: float) -> None:
        """Collect if nobody types; `now` is monotonic."""
        if self._idle_seconds() < CALM_SECONDS:
            return
        if now - self._thorough_at >= THOROUGH_SECONDS:
            self._thorough_at = now
            gc.unfreeze()
        gc.collect()
        if self._is_at_home():
            gc.freeze()

    def _look_again(self) -> None:
        asyncio.get_running_loop().call_later(EVERY_SECONDS, self._look_again)
        self.look(monotonic())
