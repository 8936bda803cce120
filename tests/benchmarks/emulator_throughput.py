"""Throughput of the emulator side by side with plain pyte, and the memory of a full history.

    python -m tests.benchmarks.emulator_throughput [kilobytes of each payload]

Times are processor time, the best of three; only ratios within one run mean something.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import pyte

from dedalus_tui.emulator.emulator import Emulator
from tests.benchmarks.emulator_payloads import payloads

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 16 * 1024


def megabytes_per_second(make: Callable[[], Callable[[bytes], None]], data: bytes) -> float:
    """The best of three runs of feeding `data` in chunks."""
    best = 0.0
    for _ in range(3):
        feed = make()
        start = time.process_time()
        for position in range(0, len(data), CHUNK):
            feed(data[position : position + CHUNK])
        best = max(best, len(data) / (time.process_time() - start) / 1e6)
    return best


def plain_pyte() -> Callable[[bytes], None]:
    """pyte as it comes."""
    feed: Callable[[bytes], None] = pyte.ByteStream(pyte.Screen(80, 24)).feed
    return feed


def ours() -> Callable[[bytes], None]:
    """The emulator, with a history."""
    return Emulator(80, 24).feed


def history_megabytes(line: str) -> float:
    """Memory of 10,000 lines of history at 120 columns."""
    tracemalloc.start()
    emulator = Emulator(120, 40)
    emulator.feed(line.encode() * 10_100)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / 1e6


def main() -> None:
    """Print a table."""
    size = int(sys.argv[1]) * 1000 if len(sys.argv) > 1 else 300_000
    ratios = []
    print(f"{'payload':24}{'pyte MB/s':>12}{'ours MB/s':>12}{'ratio':>8}")
    for name, data in payloads(size).items():
        theirs = megabytes_per_second(plain_pyte, data[: len(data) // 3])
        own = megabytes_per_second(ours, data)
        ratios.append(own / theirs)
        print(f"{name:24}{theirs:12.2f}{own:12.2f}{ratios[-1]:7.1f}x")
    print(f"geometric mean {statistics.geometric_mean(ratios):.1f}x, least {min(ratios):.1f}x")
    plain = history_megabytes("x" * 119 + "\r\n")
    coloured = history_megabytes(
        "".join(f"\x1b[{31 + n % 7}m{WORD}\x1b[0m " for n in range(19)) + "\r\n"
    )
    print(f"10,000 lines of history: plain {plain:.1f} MB, coloured {coloured:.1f} MB")


WORD = "words"

if __name__ == "__main__":
    main()
