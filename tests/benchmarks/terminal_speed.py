"""The terminal end to end: a real shell of the local cloud, the installed program, a real pty.

    python -m tests.benchmarks.terminal_speed [--megabytes 40] [--keys 100]

Prints how long a key takes to its echoed frame (idle; with `yes` painting in the other half of the
screen; with nine busy terminals hidden), how long ctrl-c takes to stop a flood, how fast a flood
reaches the screen with the program painting, and its processor share and peak memory meanwhile.
Beside each latency stands that of a bare `bash` on a pseudo-terminal, taken at the same time: what
it lost to the machine, we lost several times over, since our keys pass through three programs.
Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.pty_harness import Screen, percentile

PROGRAM = str(Path(sys.executable).with_name("dedalus-tui"))
COLUMNS, ROWS = 120, 40
KEYS = b"ABCDEFGHIJKLMNOPQRSTUVWXZ"
"""Letters that `yes` does not print."""
_ESCAPE = re.compile(rb"\x1b\[[0-9;?<=>]*[ -/]*[@-~]")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=40)
    parser.add_argument("--keys", type=int, default=100)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as state,
        _started(state) as screen,
        Screen(["bash", "--norc", "--noprofile"], columns=COLUMNS, rows=ROWS) as bare,
    ):
        _into_terminal(screen)
        bare.settle()
        _report("key to frame, idle", _idle_latencies(screen, bare, options.keys))
        for command in ("yes", "base64 /dev/urandom"):
            _run(screen, command)
            _interrupt(screen, command)
        _flood(screen, options.megabytes)
        _split(screen)
        _run(screen, "yes")
        screen.send(b"\x1d")
        screen.drain(0.5)
        screen.send(b"\x1b[D")
        screen.drain(0.5)
        _report("key to frame, yes in the other half", _echo_latencies(screen, bare, options.keys))
        _stop_other_half(screen)
        _hide_busy(screen, 9)
        _report("key to frame, nine busy hidden", _idle_latencies(screen, bare, options.keys))


def _started(state: str) -> Screen:
    argv = [PROGRAM, "--local", "--local-pace", "instant", "--state-dir", state]
    return Screen(argv, columns=COLUMNS, rows=ROWS)


def _into_terminal(screen: Screen) -> None:
    screen.wait_for("live")
    screen.settle()
    screen.send(b"j")
    screen.settle()
    screen.send(b"t")
    screen.wait_for("attached")
    screen.settle(quiet=1.0)


def _run(screen: Screen, command: str) -> None:
    screen.send(command.encode() + b"\r")
    screen.drain(1.5)


def _interrupt(screen: Screen, command: str) -> None:
    """How long ctrl-c takes to stop what is on its way to the screen."""
    began = screen.seconds
    screen.send(b"\x03")
    last = screen.settle(quiet=0.5, timeout=60)
    print(f"{f'ctrl-c to quiet, {command}':<38} {(last - began) * 1000:7.0f} ms")


def _split(screen: Screen) -> None:
    screen.send(b"\x1d")
    screen.drain(0.5)
    screen.send(b"v")
    screen.drain(2.0)


def _stop_other_half(screen: Screen) -> None:
    screen.send(b"\x1d")
    screen.drain(0.5)
    screen.send(b"\x1b[C")
    screen.drain(0.5)
    screen.send(b"\x03")
    screen.settle(quiet=1.0, timeout=30)


Latencies = tuple[list[float], list[float]]
"""Ours and those of the bare shell, in seconds."""


def _idle_latencies(screen: Screen, bare: Screen, count: int) -> Latencies:
    times, bare_times = [], []
    for _ in range(count):
        screen.settle(quiet=0.05)
        times.append(screen.latency(b"a"))
        bare_times.append(_echo(bare, b"a"))
    screen.send(b"\x15")
    screen.settle()
    bare.send(b"\x15")
    return times, bare_times


def _echo(screen: Screen, key: bytes) -> float:
    """Seconds until a key stands on the screen."""
    seen, began = len(screen.output), time.perf_counter()
    screen.send(key)
    while key not in _printed(screen, seen):
        screen.read(0.01)
        if time.perf_counter() - began > 10:
            raise AssertionError("a key was never echoed")
    return time.perf_counter() - began


def _echo_latencies(screen: Screen, bare: Screen, count: int) -> Latencies:
    """Keys into a shell while something else paints all the time."""
    times, bare_times = [], []
    for turn in range(count):
        key = KEYS[turn % len(KEYS) :][:1]
        times.append(_echo(screen, key))
        bare_times.append(_echo(bare, key))
        screen.drain(0.03)
    screen.send(b"\x15")
    bare.send(b"\x15")
    return times, bare_times


def _printed(screen: Screen, start: int) -> bytes:
    return _ESCAPE.sub(b"", bytes(screen.output[start:]))


def _flood(screen: Screen, megabytes: int) -> None:
    text = int(megabytes * 1e6)
    command = f"base64 -w 100 /dev/urandom | head -c {text}; echo DONE-$((40 + 2))"
    cpu, began, peak = screen.cpu_seconds(), screen.seconds, screen.resident_mib()
    before = peak
    frames = len(screen.frames)
    screen.send(command.encode() + b"\r")
    seen = len(screen.output)
    while b"DONE-42" not in screen.output[seen:]:
        screen.read(0.05)
        peak = max(peak, screen.resident_mib())
        seen = max(seen, len(screen.output) - 200_000)
    seconds = screen.seconds - began
    share = (screen.cpu_seconds() - cpu) / seconds
    shown = (len(screen.frames) - frames) / seconds
    print(f"{'flood':<38} {megabytes / seconds:7.2f} MB/s of {megabytes} MB, painting")
    print(f"{'  processor share of the program':<38} {share * 100:7.0f} %")
    print(f"{'  frames':<38} {shown:7.1f} a second")
    print(f"{'  memory':<38} {before:7.0f} MiB before, {peak:.0f} at most")
    screen.settle()


def _hide_busy(screen: Screen, count: int) -> None:
    for _ in range(count):
        # No program is started for a line: the load is to be ours and not the kernel's.
        _run(screen, "while ! read -rt 0.01; do echo $EPOCHREALTIME $RANDOM; done")
        screen.send(b"\x1d")
        screen.drain(0.3)
        screen.send(b"n")
        screen.drain(1.5)
    screen.settle(quiet=0.5)
    cpu, began = screen.cpu_seconds(), screen.seconds
    screen.drain(3)
    share = (screen.cpu_seconds() - cpu) / (screen.seconds - began)
    print(f"{f'{count} busy terminals hidden':<38} {share * 100:7.0f} % processor")
    print(f"{'  memory':<38} {screen.resident_mib():7.0f} MiB")


def _report(name: str, latencies: Latencies) -> None:
    for words, times in zip((name, "  a bare bash meanwhile"), latencies, strict=True):
        middle, late = percentile(times, 50) * 1000, percentile(times, 99) * 1000
        print(f"{words:<38} {middle:7.1f} ms p50 {late:7.1f} ms p99 ({len(times)} keys)")


if __name__ == "__main__":
    main()
