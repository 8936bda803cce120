"""The pictures of the README: the running app on a local cloud, as SVG and PNG.

    python -m tests.tools.screenshots [NAME ...]      all, or those whose names begin so

Every picture is taken by pressing keys in the real app over real sockets. PNGs are made with
resvg and DejaVu Sans Mono, so that one can look at them without a browser.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest import mock

from dedalus_tui.config.settings import Rates, Settings
from dedalus_tui.domain.label import Label
from dedalus_tui.journal.journal import Journal
from dedalus_tui.local.output_log import OutputLog
from tests.drivers.app import Person, open_app
from tests.local import harness, runs, wishes

FOLDER = Path(__file__).parents[2] / "screenshots"
FONTS = "/usr/share/fonts/truetype/dejavu"
RATES = Rates(vcpu_hour=0.045, memory_gib_hour=0.0146, disk_gib_hour=0.0001, as_of="2026-08-01")

Shot = Callable[[Person, harness.RunningCloud], Awaitable[None]]

NAMES = ("api-refactor", "ci-shard-1", "ci-shard-2", "scraper", "scraper-eu", "research",
         "docs-bot", "demo-friday", "nightly")  # fmt: skip


async def nothing(_person: Person, _cloud: harness.RunningCloud) -> None:
    """The screen as it starts."""


def keys(*names: str, until: str = "") -> Shot:
    """Press keys, then wait for words."""

    async def press(person: Person, _cloud: harness.RunningCloud) -> None:
        await on_running(person)
        await person.press(*names)
        if until:
            await person.until_shown(until)

    return press


async def on_running(person: Person) -> Any:
    """Put the cursor on a running machine with files; its record."""
    record = next(
        each
        for each in person.fleet.rows.records
        if each.machine.phase == "running" and each.label.name == "ci-shard-1"
    )
    person.fleet.table.select(record.machine_id)
    await person.until_shown(r"ci-shard-1\s+p hides")
    return record


async def _stale(person: Person, cloud: harness.RunningCloud) -> None:
    body = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "runtime down", "retryable": False}
    await cloud.fault(path="/v1/machines", status=503, body=body)
    await person.until_shown("as of|degraded|trouble|unavailable")
    await cloud.freeze()


async def _offline(person: Person, cloud: harness.RunningCloud) -> None:
    await cloud.stop()
    await person.until_shown("offline|no connection|unreachable|refused")


async def _locked_out(person: Person, cloud: harness.RunningCloud) -> None:
    body = {"error_code": "AUTH_INVALID", "message": "invalid Dedalus API key", "retryable": False}
    await cloud.fault(path="/v1/", status=401, body=body)
    await person.until_shown("key")
    await person.pilot.pause(0.5)


async def _action_log(person: Person, _cloud: harness.RunningCloud) -> None:
    await on_running(person)
    await person.do("machine.sleep")
    await person.until_shown("sleep")
    await person.press("at")
    await person.until_shown("action log")


async def _marks(person: Person, _cloud: harness.RunningCloud) -> None:
    await person.press("j", "space", "space", "space")
    await person.until_shown("3 marked|●")


async def _machine(person: Person, _cloud: harness.RunningCloud) -> None:
    await on_running(person)
    await person.press("enter")
    await person.until_shown("Overview")
    await person.until_shown("Reason")


async def _output(person: Person, cloud: harness.RunningCloud, *, search: bool) -> None:
    record = await on_running(person)
    script = (
        'for i in $(seq 1 400); do echo "tests/api/test_orders.py::test_case_$i PASSED"; done;'
        " echo '\x1b[31mTraceback (most recent call last):\x1b[0m' >&2;"
        " echo '  File \"tests/api/test_rate.py\", line 88, in test_burst' >&2;"
        " echo 'AssertionError: expected 429, got 200' >&2;"
        ' echo \'{"level":"warn","msg":"slow query","ms":912}\';'
        ' for i in $(seq 1 30); do echo "tests/db/test_migrate.py::test_$i PASSED"; done; exit 1'
    )
    await asyncio.to_thread(runs.shell, cloud, record.machine_id, script)
    await person.press("l")
    await person.until_shown("exit 1|PASSED")
    if search:
        await person.press("slash")
        await person.type("assert")
        await person.press("enter")
        await person.until_shown("AssertionError")


async def _following(person: Person, cloud: harness.RunningCloud) -> None:
    record = await on_running(person)
    script = 'i=0; while true; do i=$((i+1)); echo "step $i: compiling module $i"; sleep 0.1; done'
    await asyncio.to_thread(runs.post, cloud, record.machine_id, "sh", "-c", script)
    await person.press("l")
    await person.until_shown("step 12")


async def _truncated(person: Person, cloud: harness.RunningCloud) -> None:
    record = await on_running(person)
    with mock.patch.dict(OutputLog.__init__.__kwdefaults__ or {}, cap_bytes=64 * 1024):
        script = 'for i in $(seq 1 9000); do echo "$i: fetched page $i of the archive"; done'
        await asyncio.to_thread(runs.shell, cloud, record.machine_id, script)
        await person.press("l")
        await person.until_shown("is not here")
        await person.until_shown("END")


async def _terminal(person: Person, *lines: str, until: str) -> None:
    await on_running(person)
    await person.press("t")
    await person.until_shown(r"user@dm-\w+:~\$")
    for line in lines:
        await person.type(line)
        await person.press("enter")
    await person.until_shown(until)


async def _shell(person: Person, _cloud: harness.RunningCloud) -> None:
    await _terminal(
        person, "mkdir -p src build; touch run.sh; chmod +x run.sh; clear; ls -la --color",
        until="run.sh",
    )  # fmt: skip


async def _vim(person: Person, _cloud: harness.RunningCloud) -> None:
    await _terminal(
        person,
        "clear; vim -u NONE -c 'syntax on' -c 'set nu background=dark' /usr/lib/python3*/bisect.py",
        until="def insort_right",
    )


async def _htop(person: Person, _cloud: harness.RunningCloud) -> None:
    # Only what was started here: the picture shows nothing of this computer.
    start = "p=1; for i in 301 302 303 304; do sleep $i & p=$p,$!; done; clear"
    await _terminal(person, start, "htop -p ${p#1,}", until="Load average|Tasks")
    await person.pilot.pause(1.0)


async def _split(person: Person, cloud: harness.RunningCloud) -> None:
    await _shell(person, cloud)
    await person.press("ctrl+right_square_bracket", "v")
    await person.until(lambda: person.text.count("user@dm-") > 1, "a second shell")
    await person.type("seq 1 20 | paste -sd+ | tee sum.txt; bc < sum.txt; echo $((7 * 30))")
    await person.press("enter")
    await person.until_shown("210")


async def _terminal_search(person: Person, _cloud: harness.RunningCloud) -> None:
    lines = "for i in $(seq 1 120); do echo step $i of 120: $((i % 9)) warnings; done"
    await _terminal(person, "clear; " + lines, until="step 120")
    await person.press("ctrl+right_square_bracket", "slash")
    await person.type("7 warnings")
    await person.press("enter")
    await person.until_shown("of 13")


async def _usage(person: Person, cloud: harness.RunningCloud) -> None:
    await cloud.freeze()
    for machine in list(person.fleet.rows.records)[:5]:
        await cloud.step(5 * 3600)
        wishes.act(cloud, machine.machine_id, "sleep")
    await cloud.step(20 * 3600)
    await person.press("dollar_sign")
    await person.until_shown("So far")
    await person.until_shown("%")


SHOTS: dict[str, tuple[tuple[int, int], Settings, Shot]] = {}


def _add(name: str, size: tuple[int, int], shot: Shot, **settings: Any) -> None:
    SHOTS[name] = (size, Settings(**{"motion": False, "theme": "dark", **settings}), shot)


_add("fleet-80x24", (80, 24), keys())
_add("fleet-120x40", (120, 40), keys(), rates=RATES)
_add("fleet-200x50", (200, 50), keys(), rates=RATES)
_add("fleet-light", (120, 40), keys(), theme="light")
_add("fleet-16-colours", (80, 24), keys(), theme="terminal-16")
_add("fleet-no-colour", (80, 24), keys())
_add("fleet-ascii", (80, 24), keys(), ascii=True)
_add("fleet-marks", (120, 40), _marks)
_add("fleet-stale", (120, 40), _stale)
_add("fleet-offline", (120, 40), _offline)
_add("fleet-locked-out", (120, 40), _locked_out)
_add("create", (100, 30), keys("n", until="vCPU"), rates=RATES)
_add("resize", (100, 30), keys("z", until="Memory"), rates=RATES)
_add("destroy", (100, 30), keys("D", until="Type"))
_add("actions", (100, 34), keys("a", until="Sleep"))
_add("help", (100, 40), keys("question_mark", until="search"))
_add("action-log", (120, 36), _action_log)
_add("machine-120x40", (120, 40), _machine, rates=RATES)
_add("output-following", (120, 36), _following)
_add("output-search", (120, 36), lambda person, cloud: _output(person, cloud, search=True))
_add("output-truncated", (120, 36), _truncated)
_add("terminal-shell", (100, 30), _shell)
_add("terminal-vim", (100, 30), _vim)
_add("terminal-htop", (120, 36), _htop)
_add("terminal-split", (120, 36), _split)
_add("terminal-search", (100, 30), _terminal_search)
_add("usage-80x24", (80, 24), _usage, rates=RATES)
_add("usage-160x45", (160, 45), _usage, rates=RATES)


async def take(name: str) -> None:
    """Take one picture and write it."""
    size, settings, shot = SHOTS[name]
    environ = {"NO_COLOR": "1"} if name == "fleet-no-colour" else {}
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environ):
        async with await harness.serve(Path(folder), pace="instant", seed="demo") as cloud:
            journal = Journal(None, cloud="pictures")
            async with open_app(cloud, settings=settings, journal=journal, size=size) as person:
                for label, record in zip(NAMES, person.store.machines.records(), strict=False):
                    person.store.label(record.machine_id, Label(name=label, tags=_tags(label)))
                await person.until_shown("nightly")
                await shot(person, cloud)
                await person.pilot.pause()
                svg = person.app.export_screenshot(title="dedalus-tui")
            journal.close()
    write(name, svg)


def _tags(name: str) -> tuple[str, ...]:
    return ("ci",) if name.startswith("ci") else ("etl",) if name.startswith("scraper") else ()


def write(name: str, svg: str) -> None:
    """Write the picture, without the font's address: it is found where it is installed."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(svg)
    import resvg_py

    drawn = svg.replace("Fira Code", "DejaVu Sans Mono")
    png = resvg_py.svg_to_bytes(svg_string=drawn, font_dirs=[FONTS], skip_system_fonts=True)
    (FOLDER / f"{name}.png").write_bytes(bytes(png))
    print(name)


def main() -> None:
    """Take the pictures named on the command line, or all."""
    wanted = sys.argv[1:] or [""]
    for name in SHOTS:
        if any(name.startswith(each) for each in wanted):
            asyncio.run(take(name))


if __name__ == "__main__":
    main()
