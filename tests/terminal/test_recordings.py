"""Other terminals' recordings and scripts, played to ours; skipped where they are not at hand."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal.adapter import Ours

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = Path(__file__).parents[2].parent / "shared" / "terminal"

pytestmark = pytest.mark.skipif(not (ROOM / "harness").is_dir(), reason="no recordings here")

ALACRITTYS_OWN = {
    *("decaln_reset", "deccolm_reset", "saved_cursor", "saved_cursor_alt"),
    *("selective_erasure", "wrapline_alt_toggle"),
}
"""Where alacritty's recording differs from what xterm does."""


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the harness, importable for one test."""
    monkeypatch.syspath_prepend(str(ROOM))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield ROOM
    for name in [name for name in sys.modules if name.split(".")[0] == "harness"]:
        del sys.modules[name]


def run(suite: str) -> dict[str, Any]:
    """The totals and failures of a suite."""
    result = import_module(f"harness.suites.{suite}").run(Ours)
    report: dict[str, Any] = result.to_json()
    return report


def passes(report: dict[str, Any], category: str) -> int:
    passed: int = report["totals"][category][0]
    return passed


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_alacritty_recordings(harness: Path) -> None:
    report = run("alacritty")
    assert passes(report, "text") >= 40
    assert passes(report, "attrs") >= 40
    assert passes(report, "cursor") >= 42
    agreed = {
        name
        for name, others in json.loads(
            (harness / "data/derived/alacritty_agree.json").read_bytes()
        ).items()
        if len(others) >= 3
    }
    failed = {
        name for name, category, _ in report["failures"] if category in ("text", "attrs", "cursor")
    }
    assert failed <= ALACRITTYS_OWN
    assert not failed & agreed


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_libvterm_scripts(harness: Path) -> None:
    report = run("libvterm")
    total = sum(passed for passed, _ in report["totals"].values())
    wrap_flags = passes(report, "wrapflag")
    assert total - wrap_flags >= 690
    assert wrap_flags == 16
