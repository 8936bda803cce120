"""Local clouds for the actions' tests, stopped at the end of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.harness import RunningCloud, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """Machines that move at once; the first service generation."""
    running = start(tmp_path)
    yield running
    running.stop_now()


@pytest.fixture
def later_cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """The same, speaking the later generation: thin rows, no streams."""
    running = start(tmp_path, generation="2026-09")
    yield running
    running.stop_now()
