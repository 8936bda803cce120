"""How long until the first painted screen, against a bare Textual hello world in the same run.

    python -m tests.benchmarks.startup [rounds]

Goal: at most 1.3 times the hello world, also with a fleet remembered from the last run. The
programs take turns, so that a machine that slows down slows all of them, and a ratio is the median
of those of the rounds: within one round the machine is nearly the same. On a busy machine the
processor time says more than the clock. Byte code is made first, as an installer makes it.
"""

from __future__ import annotations

import compileall
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import dedalus_tui
from dedalus_tui.domain.machine import DesiredState, LifecycleStatus, Machine, Phase
from dedalus_tui.journal.journal import Journal
from tests.benchmarks.pty_harness import Screen, median

GOAL = 1.3
_URL = "http://127.0.0.1:1"
_HELLO = """
from textual.app import App
from textual.widgets import Label

class Hello(App):
    def compose(self):
        yield Label("hello world")

Hello().run()
"""


def remember_fleet(state: Path, machines: int) -> None:
    """What a run before this one would have left in the journal."""
    now = datetime.now(UTC)
    state.mkdir(parents=True, exist_ok=True)
    with closing(Journal(state / "journal.sqlite3", cloud=_URL)) as journal:
        journal.rows.save(
            (
                Machine(
                    machine_id=f"dm-{number:032d}",
                    desired_state=DesiredState.RUNNING,
                    vcpu=2,
                    memory_mib=4096,
                    storage_gib=20,
                    autosleep_seconds=300,
                    created_at=now,
                    status=LifecycleStatus(
                        phase=Phase.RUNNING, revision="3", last_transition_at=now
                    ),
                ),
                now,
            )
            for number in range(machines)
        )


def first_paint(argv: list[str], text: str) -> tuple[float, float]:
    """Seconds from the start of the process until `text` is drawn: by the clock, and of CPU."""
    with Screen(argv, columns=120, rows=40, env={"DEDALUS_API_KEY": "key"}) as screen:
        seconds = screen.wait_for(text)
        return seconds, screen.cpu_seconds()


def main() -> int:
    """Print the table; 1 when the goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    compileall.compile_dir(Path(dedalus_tui.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory() as directory:
        empty, full = Path(directory, "empty"), Path(directory, "full")
        remember_fleet(full, 50)
        program = [sys.executable, "-m", "dedalus_tui", "--base-url", _URL, "--state-dir"]
        contestants = {
            "hello world": ([sys.executable, "-c", _HELLO], "hello world"),
            "nothing remembered": ([*program, str(empty)], "help"),
            "50 machines remembered": ([*program, str(full)], "running"),
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, (argv, text) in contestants.items():
                times[name].append(first_paint(argv, text))
    bare = times["hello world"]
    is_met = True
    for name, measured in times.items():
        seconds, cpu = ([*column] for column in zip(*measured, strict=True))
        pairs = list(zip(measured, bare, strict=True))
        ratio, cpu_ratio = (median([a[i] / b[i] for a, b in pairs]) for i in (0, 1))
        is_met = is_met and ratio <= GOAL
        print(
            f"{name:24} {median(seconds) * 1000:6.0f} ms   {ratio:4.2f}x"
            f"   ({min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f})"
            f"   CPU {median(cpu) * 1000:4.0f} ms   {cpu_ratio:4.2f}x"
        )
    print(f"goal {GOAL}x: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
