"""Running again: everything this session sent, and what cannot be known is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.journal.commands import PastCommand
from dedalus_tui.store.sent_specs import MOST_CHARACTERS, MOST_KEPT, SentSpecs
from dedalus_tui.ui.dialogs.run_command import RunCommandDialog
from dedalus_tui.ui.present.run_draft import draft_of, timeout_text
from dedalus_tui.ui.present.run_form import stdin_text, timeout_ms, variables
from dedalus_tui.ui.screens.output import OutputScreen
from tests.local import runs
from tests.local.harness import start
from tests.store.living import create
from tests.ui.runs_stage import SIZE, field, fill, machine_screen, opened
from tests.ui.stage import on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.local.harness import RunningCloud
    from tests.ui.stage import Stage

SCRIPT = "echo $TOKEN; cat"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    running = start(tmp_path)
    yield running
    running.stop_now()


async def run_once(stage: Stage, pilot: Pilot[None], **texts: str) -> OutputScreen:
    await pilot.press("x")
    await opened(stage, pilot, RunCommandDialog)
    fill(stage, **texts)
    await pilot.press("ctrl+j")
    await opened(stage, pilot, OutputScreen)
    screen = stage.screen
    assert isinstance(screen, OutputScreen)
    await until(pilot, lambda: screen.execution.is_over)
    return screen


async def test_again_sends_variables_input_and_limit_once_more(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        texts = {"command": SCRIPT, "shell": "yes", "env": "TOKEN=tiger", "stdin": "in\\n"}
        screen = await run_once(stage, pilot, **texts, timeout_ms="90s")
        first = screen.execution
        await pilot.press("R")
        await until(pilot, lambda: screen.execution.execution_id != first.execution_id)
        await until(pilot, lambda: "  tiger" in stage.lines and "  in" in stage.lines)
        sent = stage.services.store.executions.sent.get(screen.execution.execution_id)
        assert sent is not None
        assert sent.timeout_ms == 90_000
        await until(pilot, lambda: screen.execution.is_over)
        await pilot.press("M")
        await opened(stage, pilot, RunCommandDialog)
        shown = {key: field(stage, key).text for key in (*texts, "timeout_ms")}
        assert shown == {**texts, "timeout_ms": "1m30s"}
        assert field(stage, "env").query_one(Input).password
        assert "TOKEN=tiger" not in stage.text


async def test_what_another_session_sent_is_asked_for(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    body = {"env": {"TOKEN": "tiger"}, "stdin": "in\n", "timeout_ms": 60_000}
    await asyncio.to_thread(runs.shell, cloud, machine, SCRIPT, **body)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        store = stage.services.store
        past = PastCommand(
            machine_id=machine,
            line=SCRIPT,
            is_script=True,
            timeout="1m",
            variables="TOKEN",
            has_input=True,
        )
        store.journal.commands.add(past, store.clock.now())
        await until(pilot, lambda: SCRIPT in stage.text)
        await pilot.press("R")
        await opened(stage, pilot, RunCommandDialog)
        assert "Not kept, type again: the value of TOKEN and the input." in stage.text
        assert field(stage, "env").text == "TOKEN="
        assert field(stage, "timeout_ms").text == "1m"
        fill(stage, env="TOKEN=lion")
        await until(pilot, lambda: "type again: the input." in stage.text)
        fill(stage, stdin="other")
        await until(pilot, lambda: "Not kept" not in stage.text)


async def test_input_that_no_field_can_show_is_sent_again_or_left_out(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        file = tmp_path / "input.txt"
        file.write_text("from a\tfile\n" * 5)
        screen = await run_once(stage, pilot, command="wc -c", stdin=f"@{file}")
        for typed, sent in (("", file.read_text()), ("-", None)):
            before = screen.execution.execution_id
            await pilot.press("M")
            await opened(stage, pilot, RunCommandDialog)
            if not typed:
                assert "empty: the 60 B of before; -: none" in stage.text
            fill(stage, stdin=typed)
            await pilot.press("ctrl+j")
            await opened(stage, pilot, OutputScreen)
            await until(pilot, lambda was=before: screen.execution.execution_id != was)  # type: ignore[misc]
            spec = stage.services.store.executions.sent.get(screen.execution.execution_id)
            assert spec is not None
            assert spec.stdin == sent


@pytest.mark.parametrize("text", ["", "45s", "1m30s", "5m", "2h", "1h1m1s", "0.5s"])
def test_a_time_limit_reads_as_it_was_typed(text: str) -> None:
    assert timeout_text(timeout_ms(text)) == text


def test_a_draft_gives_what_was_sent() -> None:
    spec = ExecutionSpec(
        command=("printf", "%s\\n", "it's"),
        env=(("A", "x y"), ("B", "")),
        stdin="one\ntwo",
        timeout_ms=1500,
    )
    draft = draft_of(spec)
    assert variables(draft.variables) == spec.env
    assert stdin_text(draft.stdin) == spec.stdin
    assert timeout_ms(draft.timeout) == 1500
    assert "x y" not in repr(draft)


@pytest.mark.parametrize("stdin", ["a\\nb", "@file", " x", "tab\t", "y" * 3000])
def test_input_that_would_read_otherwise_when_typed_is_kept_apart(stdin: str) -> None:
    draft = draft_of(ExecutionSpec(command=("cat",), stdin=stdin))
    assert (draft.stdin, draft.kept_stdin) == ("", stdin)


def test_sent_specs_are_bounded_by_number_and_by_size() -> None:
    sent = SentSpecs()
    for number in range(MOST_KEPT + 5):
        sent.note(f"e{number}", ExecutionSpec(command=("true",)))
    assert sent.get("e4") is None
    assert sent.get("e5") is not None
    shared = "x" * (MOST_CHARACTERS // 2)
    for name in ("a", "b", "c"):
        sent.note(name, ExecutionSpec(command=("cat",), stdin=shared))
    assert sent.get("a") is not None
    sent.note("d", ExecutionSpec(command=("cat",), stdin="y" * (MOST_CHARACTERS // 2 + 1)))
    assert sent.get("c") is None
    assert sent.get("d") is not None
