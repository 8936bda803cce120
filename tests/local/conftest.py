"""A local cloud for each test of this room, stopped at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local import contract
from tests.local.harness import RunningCloud, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """Machines that move at once; the first service generation."""
    running = start(tmp_path)
    running.on_answer = _check
    yield running
    running.stop_now()


@pytest.fixture
def later_cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """The same, speaking the later generation."""
    running = start(tmp_path, generation="2026-09")
    running.on_answer = _check
    yield running
    running.stop_now()


def _check(method: str, path: str, status: int, headers: dict[str, str], document: Any) -> None:
    """Hold an answer of the service against its description, if that is at hand."""
    if contract.SPECIFICATION.exists():
        content_type = headers.get("content-type", "").partition(";")[0]
        contract.check_answer(method, path, status, content_type, document)
