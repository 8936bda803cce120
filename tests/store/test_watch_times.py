"""Spans of watching: one for as long as lists follow each other, kept for the next run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dedalus_tui.journal.journal import Journal
from dedalus_tui.journal.watches import Watch
from dedalus_tui.store.watch_times import LONGEST_PAUSE, SAVE_EVERY, WatchTimes
from tests.store.living import living_store, until
from tests.store.stepped_clock import START

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local.harness import RunningCloud


def times() -> tuple[WatchTimes, Journal]:
    journal = Journal(None, cloud="test")
    return WatchTimes(journal.watches), journal


def test_lists_that_follow_each_other_are_one_span() -> None:
    watched, journal = times()
    for second in (0, 3, 6, 20):
        at = START + timedelta(seconds=second)
        watched.note(at, at + timedelta(seconds=1))
    assert watched.all() == (Watch(START, START + timedelta(seconds=21)),)
    late = START + timedelta(seconds=22) + LONGEST_PAUSE
    assert watched.note(late, late)
    assert watched.all() == (Watch(START, START + timedelta(seconds=21)), Watch(late, late))
    journal.close()


def test_it_is_written_at_once_and_then_seldom() -> None:
    watched, journal = times()
    assert watched.note(START, START)
    watched.save()
    assert not watched.note(START, START + SAVE_EVERY / 2)
    assert watched.note(START, START + SAVE_EVERY)
    watched.save()
    assert journal.watches.all() == (Watch(START, START + SAVE_EVERY),)
    journal.close()


def test_a_clock_that_was_set_back_begins_a_new_span() -> None:
    watched, journal = times()
    watched.note(START, START)
    watched.note(START - timedelta(hours=1), START - timedelta(hours=1))
    assert len(watched.all()) == 2
    journal.close()


async def test_the_next_run_knows_when_the_last_one_watched(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    file = tmp_path / "journal.db"
    async with living_store(cloud, journal=file) as store:
        await until(store, lambda: store.poller.lists_done >= 2)
        (first,) = store.watched()
        assert first.began < first.ended <= store.clock.now()
    async with living_store(cloud, journal=file, is_running=False) as store:
        (kept,) = store.watched()
        assert kept.began == first.began
        assert kept.ended >= first.ended
