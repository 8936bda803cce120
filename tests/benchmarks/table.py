"""The fleet's table in a real terminal, beside Textual's DataTable in the same run.

    python -m tests.benchmarks.table [rows ...]          # 10000 and 50000 unless named
    python -m tests.benchmarks.table cpu [rows ...]      # 1000 and 10000 unless named

The fleet is the whole program on a local cloud with so many machines; DataTable is a bare app
with the same rows in memory. Goals: cursor key to frame p99 under 10 ms (40 ms when it scrolls),
filter key under 40 ms (80 at 50,000), sort under 30 ms; idle under 1.5 % of a core with 1,000
machines, 100 changed cells a second under 8 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.benchmarks.pty_harness import Screen, median, percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS, ROWS = 120, 40
_CONFIG = "refresh_seconds = 3600\n"
"""Keys are timed without lists between them."""


@contextmanager
def local_cloud(machines: int) -> Iterator[dict[str, str]]:
    """A local cloud of that many machines in its own process: where, and its key."""
    with tempfile.TemporaryDirectory() as state:
        argv = [sys.executable, "-m", "dedalus_tui.local", "--state", state, "--pace", "instant"]
        argv.append("--until-stdin-closes")
        cloud = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert cloud.stdout is not None
        where: dict[str, str] = json.loads(cloud.stdout.readline())
        request = Request(
            f"{where['base_url']}/_local/load",
            data=json.dumps({"machines": machines}).encode(),
            headers={
                "Authorization": f"Bearer {where['api_key']}",
                "Content-Type": "application/json",
            },
        )
        urlopen(request, timeout=120).close()
        try:
            yield where
        finally:
            assert cloud.stdin is not None
            cloud.stdin.close()
            cloud.wait(20)


@contextmanager
def fleet(where: dict[str, str], config: str = _CONFIG) -> Iterator[Screen]:
    """The program on that cloud."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "config.toml")
        file.write_text(config, encoding="utf-8")
        argv = [sys.executable, "-m", "dedalus_tui", "--base-url", where["base_url"]]
        argv += ["--state-dir", directory, "--config", str(file), "--no-motion"]
        env = {"DEDALUS_API_KEY": where["api_key"]}
        with Screen(argv, columns=COLUMNS, rows=ROWS, env=env) as screen:
            yield screen


def latencies(screen: Screen, key: bytes, times: int) -> list[float]:
    """Milliseconds from each of so many keys to its frame."""
    return [latency(screen, key) for _ in range(times)]


def latency(screen: Screen, key: bytes) -> float:
    """Milliseconds from one key to its frame; waits until it is quiet again."""
    found = screen.latency(key, timeout=60) * 1000
    screen.settle(quiet=0.12)
    return found


def keys_of(
    screen: Screen, *, filter_word: bytes, down: bytes, up: bytes
) -> dict[str, list[float]]:
    """Every kind of key the table is judged by."""
    found = {"down, up": [latency(screen, (down, up)[turn % 2]) for turn in range(100)]}
    for _ in range(ROWS):
        screen.send(down)
    screen.settle()
    found["down, scrolls"] = latencies(screen, down, 100)
    found["page down"] = latencies(screen, b"\x1b[6~", 30)
    found["sort"] = latencies(screen, b">", 12)
    screen.send(b"/")
    screen.settle()
    found["filter key"] = [latency(screen, bytes([letter])) for letter in filter_word]
    found["filter back"] = latencies(screen, b"\x7f", len(filter_word))
    return found


def report(name: str, loaded: float, memory: float, found: dict[str, list[float]]) -> None:
    """One program's figures."""
    print(f"  {name}: first complete list {loaded:.2f} s, {memory:.0f} MiB resident")
    for kind, figures in found.items():
        print(
            f"    {kind:<14} p50 {median(figures):6.1f} ms   p99 {percentile(figures, 99):6.1f} ms"
        )


def ask(where: dict[str, str], method: str, path: str, body: object = None) -> Any:
    """One request to the local cloud, past the program."""
    headers = {
        "Authorization": f"Bearer {where['api_key']}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"bench-{time.time_ns()}",
    }
    data = json.dumps(body).encode() if body is not None else None
    request = Request(where["base_url"] + path, data=data, headers=headers, method=method)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def cpu_share(where: dict[str, str], rows: int, seconds: float, *, changes: int) -> None:
    """The share of a core the program takes while so many cells change each second.

    The list is asked for every three seconds, as it is for people; processor time is counted, so
    that other programs of the computer do not count.
    """
    with fleet(where, config="") as screen:
        screen.wait_for(f"{rows} machines", timeout=120)
        screen.settle(quiet=1.0, timeout=20)
        screen.drain(8)
        listed = ask(where, "GET", "/v1/machines?limit=100")["items"]
        ids = [row["machine_id"] for row in listed]
        began, spent = screen.seconds, screen.cpu_seconds()
        number = 0
        while screen.seconds - began < seconds:
            if number < (screen.seconds - began) * changes:
                body = {"autosleep": f"{600 + number}s"}
                with suppress(HTTPError):
                    ask(where, "PATCH", f"/v1/machines/{ids[number % len(ids)]}", body)
                number += 1
            else:
                screen.read(0.005)
        share = (screen.cpu_seconds() - spent) / (screen.seconds - began)
        what = f"{number / seconds:.0f} changed cells a second" if changes else "idle"
        print(f"  {rows} rows, {what}: {share:.1%} of a core over {seconds:.0f} s")


def main() -> None:
    """Print the figures for each size; `cpu` before the sizes: only those of the processor."""
    if sys.argv[1:2] == ["cpu"]:
        for rows in [int(word) for word in sys.argv[2:]] or [1_000, 10_000]:
            with local_cloud(rows) as where:
                cpu_share(where, rows, 30, changes=0)
                cpu_share(where, rows, 10, changes=100)
        return
    for rows in [int(word) for word in sys.argv[1:]] or [10_000, 50_000]:
        print(f"{rows} rows, {COLUMNS}x{ROWS}")
        with local_cloud(rows) as where, fleet(where) as screen:
            loaded = screen.wait_for(f"{rows} machines", timeout=120)
            screen.settle(quiet=1.0, timeout=20)
            found = keys_of(screen, filter_word=b"sleep", down=b"j", up=b"k")
            report("the fleet", loaded, screen.resident_mib(), found)
        plain = [sys.executable, str(Path(__file__).with_name("plain_table.py")), str(rows)]
        with Screen(plain, columns=COLUMNS, rows=ROWS) as screen:
            loaded = screen.wait_for("dm-0000001", timeout=120)
            screen.settle(quiet=1.0, timeout=20)
            found = keys_of(screen, filter_word=b"sleep", down=b"\x1b[B", up=b"\x1b[A")
            report("DataTable", loaded, screen.resident_mib(), found)


if __name__ == "__main__":
    main()
