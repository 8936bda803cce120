"""Garbage between keys: never while somebody types, and none is forgotten."""

from __future__ import annotations

import gc
import weakref
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui.collector import CALM_SECONDS, THOROUGH_SECONDS, Collector
from tests.drivers.app import open_app
from tests.local import harness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Knot:
    """Holds itself, as screens do: only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def own_collections_only() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def lost_knot() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def test_nothing_is_collected_while_somebody_types() -> None:
    idle = 0.0
    collector = Collector(lambda: idle, is_at_home=lambda: True)
    knot = lost_knot()
    collector.look(monotonic())
    assert knot() is not None
    idle = CALM_SECONDS
    collector.look(monotonic())
    assert knot() is None


def test_what_has_lasted_is_left_out_until_a_thorough_collection() -> None:
    collector = Collector(lambda: CALM_SECONDS, is_at_home=lambda: True)
    now = monotonic()
    held = Knot()
    knot = weakref.ref(held)
    collector.look(now)
    assert gc.get_freeze_count()
    del held
    collector.look(now + 1)
    assert knot() is not None
    collector.look(now + 2 * THOROUGH_SECONDS)
    assert knot() is None


def test_what_is_there_for_a_while_only_is_never_left_out() -> None:
    collector = Collector(lambda: CALM_SECONDS, is_at_home=lambda: False)
    now = monotonic()
    held = Knot()
    knot = weakref.ref(held)
    collector.look(now)
    del held
    collector.look(now + 1)
    assert knot() is None


async def test_a_key_and_the_mouse_are_a_person_doing_something(tmp_path: Path) -> None:
    cloud = harness.start(tmp_path)
    try:
        async with open_app(cloud) as person:
            person.app.last_input_at = before = monotonic() - 60
            assert person.app.idle_seconds >= 60
            await person.press("j")
            assert person.app.last_input_at > before
            person.app.last_input_at = before
            await person.pilot.click("#table")
            assert person.app.last_input_at > before
    finally:
        cloud.stop_now()
