"""The autosleep grammar, and machines that fall asleep by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.local.autosleep import LONGEST_SECONDS, seconds_of
from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("never", 0),
        ("0", 0),
        ("1800", 1800),
        ("30s", 30),
        ("2h", 7200),
        ("7d3h4s", 7 * 86_400 + 3 * 3600 + 4),
        ("1w3d", 10 * 86_400),
        (" 5M ", 300),
        ("000000000000000000300", 300),
        (str(LONGEST_SECONDS), LONGEST_SECONDS),
    ],
)
def test_reads_every_documented_form(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1.5h",
        "5x",
        "3s4m",
        "1h1h",
        "1h 5m",
        "off",
        "9223372037",
        "99999w",
        "٣s",
        "²",
    ],
)
def test_refuses_what_is_not_in_the_grammar(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        seconds_of(text)


@given(st.text(max_size=12))
def test_answers_or_refuses_any_text(text: str) -> None:
    try:
        seconds = seconds_of(text)
    except ValueError:
        return
    assert 0 <= seconds <= LONGEST_SECONDS


async def test_an_idle_machine_falls_asleep_after_its_window(cloud: RunningCloud) -> None:
    await cloud.freeze()
    sleepy = wishes.create(cloud, autosleep="10m")["machine_id"]
    awake = wishes.create(cloud, autosleep="never")["machine_id"]
    await cloud.step(599)
    assert wishes.phase(cloud, sleepy) == "running"
    await cloud.step(1)
    assert wishes.phase(cloud, sleepy) == "sleeping"
    assert wishes.machine(cloud, sleepy)["desired_state"] == "sleeping"
    await cloud.step(10 * 86_400)
    assert wishes.phase(cloud, awake) == "running"


async def test_use_keeps_a_machine_awake_and_idleness_starts_anew(cloud: RunningCloud) -> None:
    await cloud.freeze()
    machine_id = wishes.create(cloud, autosleep="60s")["machine_id"]
    end = await cloud.inside(lambda world: world.activity.begin(machine_id))
    await cloud.step(3600)
    assert wishes.phase(cloud, machine_id) == "running"
    await cloud.inside(lambda _world: (end(), end()))
    await cloud.step(59)
    assert wishes.phase(cloud, machine_id) == "running"
    await cloud.step(1)
    assert wishes.phase(cloud, machine_id) == "sleeping"


async def test_use_that_ends_after_its_machine_is_no_matter(cloud: RunningCloud) -> None:
    await cloud.freeze()
    machine_id = wishes.create(cloud, autosleep="60s")["machine_id"]
    end_late = await cloud.inside(lambda world: world.activity.begin(machine_id))
    wishes.destroy(cloud, machine_id)
    await cloud.step(400)
    await cloud.inside(lambda _world: end_late())
    other = wishes.create(cloud, autosleep="60s")["machine_id"]
    end_later = await cloud.inside(lambda world: world.activity.begin(other))
    await cloud.reset()
    await cloud.inside(lambda _world: end_later())
    await cloud.step(400)


async def test_a_changed_window_counts_from_the_same_idleness(cloud: RunningCloud) -> None:
    await cloud.freeze()
    machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
    await cloud.step(100)
    path = f"/v1/machines/{machine_id}"
    status, _, _ = cloud.ask("PATCH", path, {"autosleep": "120s"}, headers=wishes.key())
    assert status == 200
    await cloud.step(19)
    assert wishes.phase(cloud, machine_id) == "running"
    await cloud.step(1)
    assert wishes.phase(cloud, machine_id) == "sleeping"
