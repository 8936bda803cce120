"""Each face of the fleet as text, at 80x24 and 120x40, against what a person agreed to.

Digits are masked, so that clocks and ids do not matter. After a wanted change of the look, run
with UPDATE_FACES=1 and look at the difference.
"""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import DesiredState, LifecycleStatus, Machine, Phase
from dedalus_tui.journal.journal import Journal
from tests.drivers.app import Person, open_app
from tests.local.harness import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

FACES = Path(__file__).with_name("faces")
SIZES = ((80, 24), (120, 40))


def masked(text: str) -> str:
    """The text without what differs from run to run."""
    text = re.sub(r"127\.0\.0\.1:\d+", "host", text)
    text = re.sub(r"\[Errno \d+\][^)\n]*|All connection attempts failed", "no answer", text)
    text = re.sub(r"in \d+ s", "in # s", text)
    text = re.sub(r"\d", "#", text)
    # Where the hours stand beneath the bar of a day depends on the hour.
    return re.sub(r"(?m) +##(?: +##){2,} *$", " hours", text)


@pytest.fixture
def remembered() -> Iterator[Journal]:
    """Six machines as an earlier run left them."""
    journal = Journal(None, cloud="test")
    long_ago = datetime.now(UTC) - timedelta(days=3, hours=3)
    fleet = (
        ("api-refactor", Phase.RUNNING, DesiredState.RUNNING, ""),
        ("ci-shard", Phase.STARTING, DesiredState.RUNNING, ""),
        ("scraper", Phase.SLEEPING, DesiredState.SLEEPING, ""),
        ("gpu", Phase.STOPPING, DesiredState.SLEEPING, ""),
        ("broken", Phase.FAILED, DesiredState.RUNNING, "no space left"),
        ("[red]odd", "hibernating", DesiredState.RUNNING, ""),
    )
    for number, (name, phase, wanted, error) in enumerate(fleet):
        machine = Machine(
            machine_id=f"dm-{number:08d}-0000-0000",
            desired_state=wanted,
            vcpu=2,
            memory_mib=4096,
            storage_gib=20,
            autosleep_seconds=300,
            created_at=long_ago,
            status=LifecycleStatus(
                phase=phase,
                revision="3",
                reason="as it was",
                last_transition_at=long_ago,
                last_error=error or None,
            ),
        )
        journal.rows.save([(machine, long_ago)])
        journal.labels.put(machine.machine_id, Label(name=name, is_pinned=name == "scraper"))
    yield journal
    journal.close()


async def check(name: str, size: tuple[int, int], person: Person) -> None:
    """Wait until it is as in the file, or write it when asked to."""
    file = FACES / f"{name}-{size[0]}x{size[1]}.txt"

    def shown() -> str:
        return masked(person.text).rstrip("\n") + "\n"

    if os.environ.get("UPDATE_FACES"):
        FACES.mkdir(exist_ok=True)
        file.write_text(shown(), encoding="utf-8")
    agreed = file.read_text(encoding="utf-8")
    # What comes together need not come in one frame.
    with suppress(AssertionError):
        await person.until(lambda: shown() == agreed, name)
    assert shown() == agreed


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


async def test_loading(size: tuple[int, int]) -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    async with open_app(None, wait=False, size=size, connecting=for_ever) as person:
        await person.until_shown("Looking for machines")
        await check("loading", size, person)


async def test_remembered(size: tuple[int, int], remembered: Journal) -> None:
    async with open_app(
        None, journal=remembered, failure="no way there", wait=False, size=size
    ) as person:
        await person.until_shown("Not connected")
        await check("stale", size, person)


async def test_remembered_in_ascii(size: tuple[int, int], remembered: Journal) -> None:
    settings = Settings(motion=False, ascii=True)
    async with open_app(
        None,
        journal=remembered,
        failure="no way there",
        wait=False,
        size=size,
        settings=settings,
    ) as person:
        await person.until_shown("Not connected")
        assert person.text.isascii(), [line for line in person.lines if not line.isascii()]
        await check("ascii", size, person)


async def test_empty(size: tuple[int, int], tmp_path: Path) -> None:
    async with await serve(tmp_path) as cloud, open_app(cloud, size=size) as person:
        await person.until_shown("No machines yet")
        await check("empty", size, person)


async def faulty(
    tmp_path: Path, size: tuple[int, int], fault: dict[str, object], words: str, name: str
) -> None:
    async with await serve(tmp_path) as cloud:
        await cloud.fault(path="/v1/machines$", times=1_000, **fault)
        async with open_app(cloud, size=size, wait=False) as person:
            await person.until_shown(words)
            await check(name, size, person)


async def test_locked_out(size: tuple[int, int], tmp_path: Path) -> None:
    await faulty(tmp_path, size, {"status": 401}, "does not accept the API key", "locked-out")


async def test_refused(size: tuple[int, int], tmp_path: Path) -> None:
    words = "something the service depends on is down|Something the service"
    body = {"error_code": "UNAVAILABLE", "message": "database", "retryable": False}
    await faulty(tmp_path, size, {"status": 503, "body": body}, words, "refused")
