"""Local clouds for the tests of screens, stopped at the end of each; words in passing stay long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui import compat, painting
from tests.drivers import idle, passing
from tests.local.harness import RunningCloud, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# As in the program; a screen stands in tests without the app that does so.
painting.install()
compat.close_work_never_begun()
idle.install()


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """Machines that move at once; the first service generation."""
    running = start(tmp_path)
    yield running
    running.stop_now()


@pytest.fixture(autouse=True)
def passing_words() -> Iterator[None]:
    """They stay longer than a test waits; whoever wants them to go as for a person overrides it."""
    with pytest.MonkeyPatch.context() as patch:
        passing.stays(patch)
        yield
