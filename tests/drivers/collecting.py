"""Garbage collected in an app under test as in the program, and afterwards as before."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from dedalus_tui import wiring
from dedalus_tui.ui import collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedalus_tui.ui.app import DedalusApp


@contextmanager
def as_in_program(*, is_hasty: bool = False) -> Iterator[Callable[[DedalusApp], None]]:
    """What `open_app` is to do once the app is painted.

    A hasty one collects, leaves out and is thorough within seconds, and between any two keys.
    """
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    try:
        with pytest.MonkeyPatch.context() as patch:
            if is_hasty:
                patch.setattr(collector, "EVERY_SECONDS", 0.2)
                patch.setattr(collector, "CALM_SECONDS", 0.003)
                patch.setattr(collector, "THOROUGH_SECONDS", 3.0)
            yield wiring.painted
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
        gc.unfreeze()
