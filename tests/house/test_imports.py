"""What is imported when: the floors' promises, measured in fresh processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dedalus_tui import domain

HEAVY = {
    "httpx", "httpx_sse", "pydantic", "pydantic_core", "websockets", "pyte", "starlette",
    "uvicorn", "asyncssh", "tomlkit", "keyring",
}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The modules a fresh interpreter has after running `code`; packages by their first name."""
    script = (
        "import sys; before = set(sys.modules)\n"
        f"{code}\n"
        "import json; sys.stderr.write(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr))


def tops(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_version_is_said_with_next_to_nothing() -> None:
    modules = loaded_by("from dedalus_tui.cli import main; main(['--version'])")
    ours = {name for name in modules if name.startswith("dedalus_tui")}
    assert ours == {"dedalus_tui", "dedalus_tui.cli"}
    assert not tops(modules) & (HEAVY | {"textual", "rich", "argparse", "typing", "asyncio"})


def test_help_is_given_without_the_program() -> None:
    code = "from dedalus_tui.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    modules = loaded_by(code)
    ours = {name for name in modules if name.startswith("dedalus_tui")}
    options = {"dedalus_tui.config", "dedalus_tui.config.options"}
    assert ours == {"dedalus_tui", "dedalus_tui.cli"} | options
    assert not tops(modules) & (HEAVY | {"textual", "rich", "asyncio", "typing", "lzma"})


def test_the_domain_is_plain_python() -> None:
    names = [path.stem for path in Path(domain.__path__[0]).glob("*.py")]
    modules = loaded_by("\n".join(f"import dedalus_tui.domain.{name}" for name in names))
    assert "dedalus_tui.domain.machine" in modules
    assert not tops(modules) & (HEAVY | {"textual", "rich", "asyncio", "sqlite3", "socket"})


def test_the_client_knows_no_textual() -> None:
    modules = loaded_by("import dedalus_tui.api.client")
    assert "httpx" in modules
    assert not {name for name in modules if name.startswith("textual")}


@pytest.mark.parametrize(
    "module",
    [
        "dedalus_tui.wiring",
        "dedalus_tui.config.load",
        "dedalus_tui.journal.journal",
        "dedalus_tui.actions.registry",
        "dedalus_tui.store.record",
        "dedalus_tui.local.launch",
    ],
)
def test_what_the_first_paint_needs_is_light(module: str) -> None:
    assert not tops(loaded_by(f"import {module}")) & HEAVY
