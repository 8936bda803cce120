"""The fleet one meets first: a few machines of different size, age and state, each one real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.local.execution import ExecutionWish
from dedalus_tui.local.identifiers import uuid7
from dedalus_tui.local.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.lifecycle import DesiredState, Phase
    from dedalus_tui.local.machines import Machines

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class _Planned:
    """One machine of the demo; ages in seconds before now."""

    vcpu: float
    memory_mib: int
    storage_gib: int
    autosleep_seconds: int
    desired_state: DesiredState
    phase: Phase
    reason: str
    age: float
    last_transition: float
    last_error: str | None = None
    files: Mapping[str, str] | None = None
    commands: tuple[str, ...] = ()
    """Run for real, through `sh -c`, as soon as the fleet is there."""


_README = """\
# {title}

This machine is a directory and processes of your own user on this computer, not a VM.
Sleep ends its processes and keeps these files; destroy removes both.
"""

_CHECKOUT = {
    "README.md": _README.format(title="checkout-service"),
    "checkout/app.py": """\
from http.server import HTTPServer, SimpleHTTPRequestHandler

if __name__ == "__main__":
    print("listening on 127.0.0.1:8000", flush=True)
    HTTPServer(("127.0.0.1", 8000), SimpleHTTPRequestHandler).serve_forever()
""",
    "checkout/test_prices.py": """\
def total(prices: list[int]) -> int:
    return sum(prices)


def test_total() -> None:
    assert total([3, 4]) == 7
""",
    "checkout/Makefile": "test:\n\tpython3 -m pytest -q\n\nserve:\n\tpython3 app.py\n",
}

_AGENT = {
    "README.md": _README.format(title="nightly agent"),
    "agent/run.sh": """\
#!/bin/sh
# Counts down as if it worked; handy for watching output arrive.
for step in 1 2 3 4 5 6 7 8 9 10; do
  echo "step $step of 10"
  [ "$step" = 7 ] && echo "warning: step 7 took long" >&2
  sleep 1
done
""",
    "agent/notes.txt": "Try: sh agent/run.sh\n",
}

_DATA = {
    "README.md": _README.format(title="data crunching"),
    "data/make_report.py": """\
import random

random.seed(7)
rows = [(f"2026-0{month}", random.randint(800, 1900)) for month in range(1, 10)]
for month, value in rows:
    print(f"{month}  {'#' * (value // 50)}  {value}")
""",
}

_FLEET = (
    _Planned(
        2, 4096, 20, 1800, "running", "running", "DesiredStateReached",
        3 * _DAY, 2 * _HOUR, files=_CHECKOUT,
        commands=("ls -l checkout && wc -l checkout/*.py", "cat checkout/settings.toml"),
    ),
    _Planned(
        4, 8192, 40, 0, "running", "running", "DesiredStateReached",
        9 * _DAY, 26 * _HOUR, files=_AGENT,
        commands=("uname -a; date; df -h .", "sh agent/run.sh"),
    ),
    _Planned(
        1, 2048, 10, 300, "running", "running", "DesiredStateReached", 40 * _MINUTE, 1.0
    ),
    _Planned(
        8, 16384, 100, 7200, "sleeping", "sleeping", "DesiredStateReached",
        21 * _DAY, 5 * _HOUR, files=_DATA,
    ),
    _Planned(1, 1024, 10, 300, "sleeping", "sleeping", "DesiredStateReached", 2 * _DAY, 18 * _HOUR),
    _Planned(2, 4096, 20, 3600, "sleeping", "sleeping", "autosleep: idle", 6 * _DAY, 35 * _MINUTE),
    _Planned(
        2, 4096, 20, 300, "running", "failed", "StorageProvisioningFailed",
        50 * _MINUTE, 49 * _MINUTE,
        last_error="volume could not be provisioned: no space left in the storage pool",
    ),
    _Planned(
        1, 4096, 10, 900, "running", "placement_pending", "machine placement pending", 20.0, 1.0
    ),
    _Planned(0.5, 512, 5, 86_400, "running", "starting", "machine starting", 12 * _DAY, 1.0),
)  # fmt: skip


def demo_fleet(
    machines: Machines, directories: Directories, now: float
) -> list[tuple[str, ExecutionWish]]:
    """Adopt the demo machines, oldest first, and lay their files; what is to be run on them."""
    wishes: list[tuple[str, ExecutionWish]] = []
    for planned in sorted(_FLEET, key=lambda each: -each.age):
        machine = Machine(
            seq=machines.next_seq(),
            machine_id=f"dm-{uuid7()}",
            vcpu=planned.vcpu,
            memory_mib=planned.memory_mib,
            storage_gib=planned.storage_gib,
            autosleep_seconds=planned.autosleep_seconds,
            desired_state=planned.desired_state,
            phase=planned.phase,
            reason=planned.reason,
            retryable=False,
            revision=1,
            created_at=now - planned.age,
            last_transition_at=now - planned.last_transition,
            last_progress_at=now - planned.last_transition,
            last_error=planned.last_error,
        )
        home = directories.prepare(machine.machine_id)
        for name, text in (planned.files or {}).items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        machines.adopt(machine)
        wishes += [
            (machine.machine_id, ExecutionWish(("sh", "-c", command)))
            for command in planned.commands
        ]
    return wishes


def synthetic_fleet(machines: Machines, number: int, now: float) -> None:
    """Adopt machines that are only rows, settled in turn in every way, for scale tests."""
    states: tuple[tuple[Phase, DesiredState, str], ...] = (
        ("running", "running", "DesiredStateReached"),
        ("sleeping", "sleeping", "DesiredStateReached"),
        ("running", "running", "DesiredStateReached"),
        ("failed", "running", "NoReadyHosts"),
        ("sleeping", "sleeping", "autosleep: idle"),
    )
    first = machines.next_seq()
    for index in range(number):
        phase, desired, reason = states[index % len(states)]
        moment = now - (number - index) * 7.0
        machines.adopt(
            Machine(
                seq=first + index,
                machine_id=f"dm-{uuid7()}",
                vcpu=float(1 << index % 4),
                memory_mib=1024 << index % 5,
                storage_gib=10 * (1 + index % 9),
                autosleep_seconds=(0, 300, 1800, 7200)[index % 4],
                desired_state=desired,
                phase=phase,
                reason=reason,
                retryable=phase == "failed",
                revision=1 + index % 50,
                created_at=moment,
                last_transition_at=moment,
                last_progress_at=moment,
                last_error="no host could take the machine" if phase == "failed" else None,
                is_synthetic=True,
            )
        )
