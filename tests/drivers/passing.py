"""How long what is told in passing stays: notices, and words where the keys or a terminal are.

For a person a few seconds are enough. A test that the machine does not let work for so long would
look for words that have gone already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui import navigation
from dedalus_tui.ui.app import DedalusApp
from dedalus_tui.ui.screens import action_screen, terminal_bench

if TYPE_CHECKING:
    import pytest

LONG_SECONDS = 60.0
"""More than any test waits for words."""


def stays(patch: pytest.MonkeyPatch, seconds: float = LONG_SECONDS) -> None:
    """Let all that is told from now on stay so long; errors stay until dismissed anyway."""
    patch.setattr(navigation, "NOTICE_SECONDS", seconds)
    patch.setattr(DedalusApp, "NOTIFICATION_TIMEOUT", seconds)
    patch.setattr(action_screen, "FLASH_SECONDS", seconds)
    patch.setattr(terminal_bench, "FLASH_SECONDS", seconds)
