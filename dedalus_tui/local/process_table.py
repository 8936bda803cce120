"""The computer's process table: enough to know a process again and to find what belongs to it.

A pid alone names nobody for long. With the moment its process started it names one process for
ever, since a recycled pid has a later start. Linux answers from /proc, others from `ps`.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One live process."""

    pid: int
    parent: int
    session: int
    """Id of its session; 0 where `ps` does not tell."""
    started: str
    """Opaque; with the pid it names the process also over a reboot."""


def read_all() -> list[ProcessRow]:
    """Every process of the computer."""
    if (_PROC / "self" / "stat").exists():
        boot = _boot_id()
        pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
        return [row for pid in pids if (row := _from_proc(pid, boot)) is not None]
    return _from_ps("-ax")


def read_one(pid: int) -> ProcessRow | None:
    """One process, or None if there is none of that pid (a zombie counts as none)."""
    if (_PROC / "self" / "stat").exists():
        return _from_proc(pid, _boot_id())
    rows = _from_ps("-p", str(pid))
    return rows[0] if rows else None


def carries(pid: int, marker: str, *, is_prefix: bool = False) -> bool:
    """Whether the process was started with `marker` (`NAME=value`) in its environment.

    With `is_prefix` the value may go on. Known on Linux only; elsewhere False.
    """
    try:
        environment = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return False
    variables = environment.split(b"\0")
    if is_prefix:
        return any(variable.startswith(marker.encode()) for variable in variables)
    return marker.encode() in variables


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _from_proc(pid: int, boot: str) -> ProcessRow | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The name in parentheses may itself hold spaces and parentheses.
    state, *numbers = text[text.rindex(")") + 2 :].split()
    if state in "ZX":
        return None
    return ProcessRow(pid, int(numbers[0]), int(numbers[2]), f"{boot}:{numbers[18]}")


def _from_ps(*selection: str) -> list[ProcessRow]:
    asked = ["ps", *selection, "-o", "pid=,ppid=,stat=,lstart="]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    rows = []
    for line in answer.stdout.splitlines():
        pid, parent, state, started = line.split(None, 3)
        if not state.startswith("Z"):
            rows.append(ProcessRow(int(pid), int(parent), 0, started))
    return rows
