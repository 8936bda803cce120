"""The process table, as /proc and as `ps` tell it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from dedalus_tui.local import process_table


@pytest.fixture(params=["proc", "ps"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either source; the second is what computers without /proc use."""
    if request.param == "ps":
        monkeypatch.setattr(process_table, "_PROC", Path("/nowhere"))
    elif not Path("/proc/self/stat").exists():
        pytest.skip("no /proc here")
    return str(request.param)


def test_this_process_and_its_child_are_found(source: str) -> None:
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        rows = {row.pid: row for row in process_table.read_all()}
        assert rows[child.pid].parent == os.getpid()
        assert rows[os.getpid()].parent == os.getppid()
        if source == "proc":
            assert rows[child.pid].session == child.pid
        one = process_table.read_one(child.pid)
        assert one is not None
        assert one.started == rows[child.pid].started
    finally:
        child.kill()
        child.wait()
    assert process_table.read_one(child.pid) is None


def test_a_zombie_is_nobody(source: str) -> None:
    child = subprocess.Popen(["true"])
    try:
        deadline = time.monotonic() + 20
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
        assert process_table.read_one(child.pid) is None
    finally:
        child.wait()


def test_a_mark_in_the_environment_is_found_exactly() -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("only /proc tells environments")
    child = subprocess.Popen(["sleep", "60"], env={"MARK": "abc.def"})
    try:
        carries = process_table.carries
        deadline = time.monotonic() + 20
        # In the middle of its exec a process has no environment.
        while not carries(child.pid, "MARK=abc.def"):
            assert time.monotonic() < deadline
        assert not carries(child.pid, "MARK=abc")
        assert carries(child.pid, "MARK=abc.", is_prefix=True)
        assert not carries(child.pid, "MARK=abd", is_prefix=True)
    finally:
        child.kill()
        child.wait()
    assert not process_table.carries(child.pid, "MARK=abc.def")
