"""Cost: sums of rates and sizes, nothing where something is unknown, phases that count as awake."""

from __future__ import annotations

import pytest

from dedalus_tui.domain.cost import asleep_per_hour, awake_per_hour, per_hour
from dedalus_tui.domain.machine import Machine, Phase


class Prices:
    currency = "$"
    vcpu_hour = 0.05
    memory_gib_hour = 0.01
    disk_gib_hour = 0.001
    as_of = ""


def test_awake_is_everything_and_asleep_the_disk() -> None:
    assert awake_per_hour(Prices(), 2, 4096, 20) == pytest.approx(0.1 + 0.04 + 0.02)
    assert asleep_per_hour(Prices(), 20) == pytest.approx(0.02)


@pytest.mark.parametrize("sizes", [(None, 4096, 20), (2, None, 20), (2, 4096, None)])
def test_an_unknown_size_has_no_price(sizes: tuple[float | None, int | None, int | None]) -> None:
    assert awake_per_hour(Prices(), *sizes) is None


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (Phase.RUNNING, 0.16),
        (Phase.STARTING, 0.16),
        (Phase.STOPPING, 0.16),
        (Phase.SLEEPING, 0.02),
        (Phase.FAILED, 0.02),
        (Phase.DESTROYED, 0.0),
        ("thawing", 0.16),
    ],
)
def test_the_phase_decides(phase: str, expected: float) -> None:
    machine = Machine(machine_id="m", phase=phase, vcpu=2, memory_mib=4096, storage_gib=20)
    assert per_hour(Prices(), machine) == pytest.approx(expected)
