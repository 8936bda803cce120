"""The program at its first paint and at its end, in a real pseudo-terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.pty_harness import Screen
from tests.house.test_imports import HEAVY
from tests.local.harness import start

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import json, sys
from pathlib import Path
from dedalus_tui.config.settings import Settings
from dedalus_tui.journal.journal import Journal
from dedalus_tui.ui.app import DedalusApp
from dedalus_tui.ui.connector import ConnectError, Connector

async def connect():
    {connect}

app = DedalusApp(
    Settings(),
    connector=Connector(
        has_key=True, connect=connect, connect_with_key=None, connect_local=None, try_key=None
    ),
    journal=Journal(None, cloud="test"),
)
app.run()
sys.exit(app.return_code)
"""


def run(connect: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    with Screen([sys.executable, "-c", SCRIPT.format(connect=connect)], env=env) as screen:
        code = screen.wait_exit(timeout=60)
        return code, screen.text


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    report = tmp_path / "modules.json"
    connect = f"Path({str(report)!r}).write_text(json.dumps([*sys.modules])); app.exit()"
    connect += "; raise ConnectError('enough seen')"
    code, text = run(connect)
    assert code == 0, text
    modules = {name.partition(".")[0] for name in json.loads(report.read_text())}
    assert "textual" in modules
    assert not modules & HEAVY
    assert not modules & {"pygments", "markdown_it", "multiprocessing"}


def test_a_crash_shows_no_local_values() -> None:
    connect = "api_key = 'sk-hush-' + 'hush'; raise ZeroDivisionError('boom')"
    code, text = run(connect, env={"TERM": "xterm-256color"})
    assert code == 1
    assert "ZeroDivisionError" in text
    assert "boom" in text
    assert "sk-hush-hush" not in text


def test_the_whole_program_against_a_real_cloud(tmp_path: Path) -> None:
    """From the command line to rows that came over a socket, and back to the shell."""
    cloud = start(tmp_path, seed="demo")
    argv = [sys.executable, "-m", "dedalus_tui", "--base-url", cloud.base_url]
    argv += ["--state-dir", str(tmp_path / "state")]
    try:
        with Screen(argv, env={"DEDALUS_API_KEY": cloud.api_key}) as screen:
            screen.wait_for("running", timeout=60)
            screen.send(b"q")
            assert screen.wait_exit(timeout=30) == 0
            assert cloud.api_key not in screen.output.decode(errors="replace")
        files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert cloud.api_key.encode() not in path.read_bytes()
    finally:
        cloud.stop_now()


def test_a_key_that_is_not_accepted_is_the_exit_code(tmp_path: Path) -> None:
    cloud = start(tmp_path)
    argv = [sys.executable, "-m", "dedalus_tui", "--base-url", cloud.base_url]
    argv += ["--state-dir", str(tmp_path / "state")]
    try:
        with Screen(argv, env={"DEDALUS_API_KEY": "wrong"}) as screen:
            screen.wait_for("key", timeout=60)
            screen.settle()
            screen.send(b"q")
            assert screen.wait_exit(timeout=30) == 10
    finally:
        cloud.stop_now()
