"""The output viewer beside `less` and, where it is installed, toolong, on the same log.

    python -m tests.benchmarks.output_viewer [--lines 1000000] [--toolong PATH-TO-tl] [--rounds 3]

A log of about 100 bytes a line is generated, one line in ten coloured, and one rare word stands
near its end. Programs run one after the other in a real pseudo-terminal of 200x50. For ours, the
viewer is opened by a key in a running app, because that is how people meet it; the others are
timed from the start of their process. Memory is that of the process, with the mapped log apart.

Goals of issue 5: first frame under 300 ms after the key, whole-log search under 100 ms of work
without blocking a frame, page down p99 under 30 ms, heap above an empty app under 30 MB, and
following 10,000 lines a second with under 60 % of one core and no key waiting over 100 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.pty_harness import Screen, median, percentile

COLUMNS, ROWS = 200, 50
RARE = "needle-in-a-haystack"
PAGES = 120
_WORDS = ("connection", "request", "database", "timeout", "worker", "session", "cache", "queue")


def write_log(path: Path, lines: int) -> None:
    """A log that looks like one."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(lines):
            level = chance.choices(["INFO", "DEBUG", "WARN", "ERROR"], [70, 25, 4, 1])[0]
            if number % 10 == 0:
                level = f"\x1b[32m{level}\x1b[0m"
            words = " ".join(chance.choices(_WORDS, k=8))
            rare = f" {RARE}" if number == lines - 1000 else ""
            stamp = f"2026-11-22T02:{number // 60000 % 60:02d}:{number // 1000 % 60:02d}"
            file.write(f"{stamp} {level} svc-{number % 17} {words} id={number}{rare}\n")


def memory(screen: Screen) -> tuple[float, float]:
    """MiB of a program's own memory, and of mapped files."""
    text = Path(f"/proc/{screen.pid}/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in text.splitlines())
    own, files = (int(fields[key].split()[0]) / 1024 for key in ("RssAnon", "RssFile"))
    return own, files


def milliseconds(seconds: float) -> str:
    """For a column."""
    return f"{seconds * 1000:.0f}"


def row(name: str, *cells: str) -> None:
    """One line of the table."""
    print(f"{name:10}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def viewer(path: Path) -> Screen:
    """The viewer in an app of its own."""
    argv = [sys.executable, "-m", "tests.benchmarks.output_viewer_app", str(path)]
    screen = Screen(argv, columns=COLUMNS, rows=ROWS)
    screen.wait_for("press o to open")
    screen.settle(quiet=0.3)
    return screen


def ours(path: Path) -> None:
    """One row: opened by a key, read to the end in the background, paged, searched."""
    with viewer(path) as screen:
        before, _ = memory(screen)
        pressed = screen.seconds
        screen.send(b"o")
        opened = screen.wait_for("svc-") - pressed
        lines_known = screen.wait_for("every line known", timeout=90) - pressed
        screen.wait_for("everything read", timeout=120)
        own, files = memory(screen)
        latencies = pages(screen)
        screen.send(b"S")
        screen.wait_for(" ms.", timeout=300)
        told = screen.text.rpartition("searched ")[2].partition(" ms.")[0]
        own = max(own, memory(screen)[0])
        row(
            "ours",
            milliseconds(opened),
            milliseconds(lines_known),
            f"{median(latencies) * 1000:.0f}/{percentile(latencies, 99) * 1000:.0f}",
            f"+{own - before:.0f} ({before:.0f})",
            f"{files:.0f}",
            told,
        )


def flood(path: Path) -> None:
    """10,000 lines a second for ten seconds, while somebody pages about."""
    with viewer(path) as screen:
        screen.send(b"F")
        screen.wait_for("flooding")
        late = []
        for _ in range(40):
            late.append(screen.latency(b"\x1b[5~"))
            screen.drain(0.1)
        screen.wait_for("percent of a core.", timeout=120)
        told = screen.text.rpartition("flooded: ")[2].partition(" of a core")[0]
        print(
            f"following 10,000 lines a second: {told} of a core; key to frame p50/worst "
            f"{median(late) * 1000:.0f}/{max(late) * 1000:.0f} ms"
        )


def pages(screen: Screen) -> list[float]:
    """Seconds from each page-down key to the end of its frame."""
    found = []
    for _ in range(PAGES):
        found.append(screen.latency(b"\x1b[6~"))
        screen.settle(quiet=0.05)
    return found


def pager(name: str, argv: list[str], path: Path, page: bytes, found: str = "") -> None:
    """One row of another pager; it is searched with / when `found` says what will be drawn."""
    with Screen([*argv, str(path)], columns=COLUMNS, rows=ROWS) as screen:
        opened = screen.wait_for("svc-")
        screen.settle(quiet=1.0)
        latencies = []
        for _ in range(PAGES):
            pressed = screen.seconds
            screen.send(page)
            latencies.append(screen.settle(quiet=0.1) - pressed)
        searched = ""
        if found:
            screen.send(f"/{RARE}".encode())
            screen.settle(quiet=0.2)
            pressed = screen.seconds
            screen.send(b"\r")
            searched = milliseconds(screen.wait_for(found) - pressed)
        own, files = memory(screen)
        row(
            name,
            milliseconds(opened),
            "",
            f"{median(latencies) * 1000:.0f}/{percentile(latencies, 99) * 1000:.0f}",
            f"{own:.0f}",
            f"{files:.0f}",
            searched,
        )


def main() -> None:
    """Run all rounds and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--toolong", default=shutil.which("tl") or "")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "big.log")
        write_log(path, options.lines)
        print(f"{options.lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
        heads = ("first ms", "lines ms", "page p50/p99", "own MiB", "mapped MiB")
        row("", *heads, "  search ms: any case (longest slice), exact, expression")
        for _ in range(options.rounds):
            ours(path)
            pager("less -R", ["less", "-R"], path, b" ", f"id={options.lines - 1000}")
            if options.toolong:
                pager("toolong", [options.toolong], path, b"\x1b[6~")
        for _ in range(options.rounds):
            flood(path)


if __name__ == "__main__":
    main()
