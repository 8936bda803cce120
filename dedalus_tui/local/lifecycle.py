"""The life of a machine as pure rules: which phase follows, and what each pace makes of it.

accepted → placement_pending → starting → running
sleeping → placement_pending → starting → running     wake
running  → stopping → sleeping                        sleep
any      → destroying → destroyed                     destroy
"""

from __future__ import annotations

from typing import Final, Literal

Phase = Literal[
    "accepted",
    "placement_pending",
    "starting",
    "running",
    "stopping",
    "sleeping",
    "destroying",
    "destroyed",
    "failed",
]
DesiredState = Literal["running", "sleeping", "destroyed"]
Pace = Literal["instant", "quick", "real"]

PACES: Final[tuple[Pace, ...]] = ("instant", "quick", "real")

DWELL_SECONDS: Final[dict[Pace, dict[Phase, float]]] = {
    "instant": {},
    "quick": {
        "accepted": 0.05,
        "placement_pending": 0.15,
        "starting": 0.3,
        "stopping": 0.4,
        "destroying": 0.4,
    },
    "real": {
        "accepted": 0.4,
        "placement_pending": 1.2,
        "starting": 2.0,
        "stopping": 1.8,
        "destroying": 1.5,
    },
}
"""How long a machine stays in a passing phase; a pace without an entry passes at once."""

_SETTLED: Final[dict[DesiredState, Phase]] = {
    "running": "running",
    "sleeping": "sleeping",
    "destroyed": "destroyed",
}
_BOOTING: Final[dict[Phase, Phase]] = {
    "accepted": "placement_pending",
    "placement_pending": "starting",
    "starting": "running",
}
_STOPPING: Final[dict[Phase, Phase]] = {"stopping": "sleeping"}
_DESTROYING: Final[dict[Phase, Phase]] = {"destroying": "destroyed"}
_OBSERVED: Final[dict[Phase, str]] = {
    "running": "running",
    "stopping": "running",
    "destroying": "running",
    "destroyed": "destroyed",
    "failed": "error",
}


def is_settled(phase: Phase, desired: DesiredState) -> bool:
    """Whether the machine is where it is wanted."""
    return _SETTLED[desired] == phase


def next_phase(phase: Phase, desired: DesiredState) -> Phase | None:
    """The phase that follows, or None where nothing will move by itself."""
    if desired == "destroyed":
        return _DESTROYING.get(phase, "destroying") if phase != "destroyed" else None
    if phase == "sleeping":
        return "placement_pending" if desired == "running" else None
    if phase == "running":
        return "stopping" if desired == "sleeping" else None
    return _BOOTING.get(phase) or _STOPPING.get(phase)


def observed_state(phase: Phase) -> str:
    """The third vocabulary, used in INVALID_STATE details (contract 4.4)."""
    return _OBSERVED.get(phase, "sleeping")
