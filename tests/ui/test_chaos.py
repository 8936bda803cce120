"""Somebody presses keys at random while the service does its worst; in the end all is as it is.

Garbage is collected as in the program; with an even seed more often than anybody could wait for. A
seed tells the run. `CHAOS_SEEDS=1,2,3` runs others, `CHAOS_STEPS=1000` longer ones.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
from collections import Counter
from contextlib import contextmanager
from http.client import HTTPException
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from textual.screen import Screen
from textual.widgets import Input

from dedalus_tui.config.settings import Rates, Settings
from dedalus_tui.domain.filter import Filter
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.dialogs.destroy import DestroyDialog
from dedalus_tui.ui.present.glyphs import UNICODE
from dedalus_tui.ui.present.machine import phase_word
from dedalus_tui.ui.screens.fleet_rows import FleetRows
from tests.drivers import collecting
from tests.drivers.app import open_app
from tests.drivers.killable_cloud import KillableCloud
from tests.drivers.monkey import Monkey
from tests.drivers.sorting import assert_sorted, sorted_from_nothing
from tests.drivers.waiting import where_tasks_wait
from tests.local import wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from textual.await_complete import AwaitComplete

    from dedalus_tui.actions.question import Question
    from dedalus_tui.ui.app import DedalusApp
    from tests.drivers.app import Person

SEEDS = [int(seed) for seed in os.environ.get("CHAOS_SEEDS", "20260522").split(",")]
STEPS = int(os.environ.get("CHAOS_STEPS", "300"))
MACHINES = 12
TURNS_OF_WORK = 3_000
"""Of the loop; a key takes a few dozen."""
MOST_KEYS_AHEAD = 30
"""Whoever presses more looks at the screen first."""
KEPT_OF_A_KIND = 2
"""What was left last may be held by an event, a task of the runner, or the place gone back to."""
BROKEN = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "down", "retryable": True}
LIMITED = {"error_code": "RATE_LIMITED", "message": "wait", "retryable": True, "retry_after_ms": 5}
FAULTS: tuple[dict[str, Any], ...] = (
    {"delay_ms": 40},
    {"delay_ms": 700},
    {"status": 503, "body": BROKEN},
    {"status": 429, "body": LIMITED},
    {"status": 502, "body": "<html>bad gateway</html>"},
    {"status": 404, "body": {"error_code": "NOT_FOUND", "message": "[/nothing] \x1b[31m here"}},
    {"status": 200, "body": {"items": [{"nonsense": None}]}},
    {"status": 200, "body": "[]"},
    {"drop": "before"},
    {"drop": "after"},
    {"garble": True},
    {"cut_after_bytes": 30},
    {"cut_after_bytes": 0, "close_code": 1011},
    {"method": "POST", "drop": "after"},
    {"path": "/status/stream", "cut_after_bytes": 90},
    {"path": "/terminals", "garble": True},
    {"path": "/executions", "status": 500, "body": BROKEN},
)


@pytest.fixture(autouse=True)
def passing_words() -> None:
    """They come and go as for a person."""


@pytest.fixture(autouse=True)
def harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written lands in this test's own directory, and no other program is started."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("PAGER", "EDITOR", "VISUAL", "BROWSER"):
        monkeypatch.setenv(name, "true")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.timeout(120 + STEPS)
# A worker that another of its group replaces before its first step leaves its coroutine so.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
# httpx forgets connections it was about to close when a request is cancelled meanwhile; garbage
# collection closes them.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_the_end_of_chaos(tmp_path: Path, seed: int) -> None:
    """Nothing is raised, lost, leaked or destroyed, and what is shown is what is."""
    before = asyncio.all_tasks()
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(f"{context['message']} {context.get('exception')!r}")
    )
    chance = random.Random(seed)
    settings = Settings(motion=False, rates=Rates(0.05, 0.01, 0.001))
    async with await asyncio.to_thread(KillableCloud, tmp_path / "cloud") as cloud:
        await asyncio.to_thread(populate, cloud)
        hasty = collecting.as_in_program(is_hasty=seed % 2 == 0)
        with confirmations() as confirmed, hasty as painted:
            async with open_app(cloud, settings=settings, painted=painted) as person:
                monkey = Monkey(person, chance)
                try:
                    await rampage(monkey, cloud, chance)
                    await calm(person, monkey, cloud)
                    await agree(person, cloud)
                    await sorts(person)
                    await screens_at_rest(person)
                except BaseException:
                    print(*monkey.deeds, sep="\n")  # noqa: T201 - pytest shows it on failure
                    print(monkey.seen, person.app.screen, person.text)  # noqa: T201
                    print(where_tasks_wait())  # noqa: T201
                    raise
                destroyed = destroy_calls(person)
                print(monkey.seen, monkey.quits, destroyed)  # noqa: T201
        assert destroyed <= confirmed
        left = {row["machine_id"] for row in await asyncio.to_thread(listed, cloud)}
        assert person.chaos_ids - left <= confirmed  # type: ignore[attr-defined]
    gc.collect()
    await comes(lambda: asyncio.all_tasks() <= before)
    assert [task.get_name() for task in asyncio.all_tasks() - before] == []
    assert complaints == []


def populate(cloud: KillableCloud) -> None:
    """A dozen machines, some runs with output, some asleep."""
    cloud.ask("POST", "/_local/pace", {"pace": "instant"})
    ids = [str(wishes.create(cloud, autosleep="1h")["machine_id"]) for _ in range(MACHINES)]
    for machine_id in ids[:3]:
        for command in (["seq", "300"], ["false"], ["sh", "-c", "echo error: bad; sleep 60"]):
            cloud.ask(
                "POST", f"/v1/machines/{machine_id}/executions", {"command": command},
                headers=wishes.key(),
            )  # fmt: skip
    for machine_id in ids[6:9]:
        wishes.act(cloud, machine_id, "sleep")
    cloud.ask("POST", "/_local/pace", {"pace": "quick"})


@contextmanager
def confirmations() -> Iterator[set[str]]:
    """The machines whose dialog was left with the word truly typed."""
    confirmed: set[str] = set()
    real = DestroyDialog.dismiss

    def dismiss(self: DestroyDialog, result: Question | None = None) -> AwaitComplete:
        if result is not None:
            assert self.query_one("#word", Input).value.strip() == self.word != ""
            confirmed.update(record.machine_id for record in result.machines)
        return real(self, result)

    DestroyDialog.dismiss = dismiss  # type: ignore[method-assign, assignment]
    try:
        yield confirmed
    finally:
        DestroyDialog.dismiss = real  # type: ignore[method-assign]


async def rampage(monkey: Monkey, cloud: KillableCloud, chance: random.Random) -> None:
    """Keys and faults; the server dies now and then."""
    app = monkey.app
    monkey.person.chaos_ids = {record.machine_id for record in app.fleet.rows.records}  # type: ignore[attr-defined]
    restarting: asyncio.Task[None] | None = None
    for step in range(STEPS):
        if app._exception is not None:
            break
        if restarting is not None and restarting.done():
            restarting.result()
            restarting = None
        if step % 100 == 60 and restarting is None:
            monkey.deeds.append("server killed")
            await asyncio.to_thread(cloud.kill)
            pause = chance.random()
            restarting = asyncio.create_task(restart(cloud, pause), name="chaos restarts")
        elif restarting is None and step % 8 == 0:
            monkey.deeds.append(await harm(cloud, chance))
        await monkey.act()
        await catch_up(app, MOST_KEYS_AHEAD)
        assert_sorted(app.fleet)
        if step % 50 == 49:
            await listens(app)
    if restarting is not None:
        await restarting
    assert app._exception is None, app._exception


async def catch_up(app: DedalusApp, most: int) -> None:
    """Wait until no more keys than these are to come; none of them is ever stuck."""

    def to_come() -> tuple[int, object]:
        return len(app._kept) + app.has_key_on_its_way, app._follower

    while to_come()[0] > most and app._exception is None:
        before = to_come()

        def moved(now: object = before) -> bool:
            return to_come() != now or app._exception is not None

        assert await comes(moved), f"a key is stuck: {before}"


async def listens(app: DedalusApp) -> None:
    """The app takes a message in reasonable time: it does not hang."""
    heard = asyncio.Event()
    app.call_later(heard.set)
    assert await comes(heard.is_set), "the app hangs"


async def comes(holds: Callable[[], object]) -> bool:
    """Whether it held soon. Where the machine stood still for seconds, all is late at once."""
    turns, end = 0, monotonic() + 15
    while not holds() and (monotonic() < end or turns < TURNS_OF_WORK):
        turns += 1
        await asyncio.sleep(0.001)
    return bool(holds())


async def restart(cloud: KillableCloud, seconds: float) -> None:
    """Be away for a while, then be there again."""
    await asyncio.sleep(seconds)
    await asyncio.to_thread(cloud.start)


async def harm(cloud: KillableCloud, chance: random.Random) -> str:
    """One thing that goes wrong from now on; what it was."""
    roll = chance.random()
    fault = {**chance.choice(FAULTS), "times": chance.randint(1, 6)}
    refusing, ending = chance.random(), chance.random()
    try:
        if roll < 0.06:
            await cloud.refuse(refusing)
            return "connections refused"
        if roll < 0.12:
            await cloud.fail_next()
            return "a transition fails"
        if roll < 0.3:
            await cloud.clear_faults()
            return "faults cleared"
        await cloud.fault(**fault)
    except (OSError, HTTPException):
        return f"not reached {ending:.0f}"
    return f"fault {fault}"


async def calm(person: Person, monkey: Monkey, cloud: KillableCloud) -> None:
    """Everything works again, the window is large, every screen is left."""
    while not await asyncio.to_thread(cloud.answers):  # noqa: ASYNC110  # another process
        await asyncio.sleep(0.05)
    await cloud.clear_faults()
    app, fleet = person.app, person.fleet
    await catch_up(app, 0)
    monkey.resize(160, 45)
    await person.until(lambda: app.size.width == 160)
    app.to_fleet()
    await person.until(lambda: app.screen is fleet, "the fleet")
    fleet.prompt.close()
    services = fleet.services
    assert services is not None
    if STEPS > 300:
        await person.until(lambda: not services.runner.pending, "the end of every grace")
    while services.runner.stop() is not None:
        pass
    if fleet.rows.shows_only_problems:
        fleet.action_list_problems()
    fleet.filter_by(Filter())
    fleet.choose_columns(())
    fleet.table.mark(())
    for _ in fleet.table.columns:
        fleet.table.shift_columns(-1)
    fleet.detail.share = 1
    fleet._place_detail()
    app.action_app_refresh_all()
    await person.pilot.pause()
    app.to_fleet()


def listed(cloud: KillableCloud) -> list[dict[str, Any]]:
    """The machines the service has and shows."""
    _, _, document = cloud.ask("GET", "/v1/machines?limit=100")
    rows = [wishes.machine(cloud, row["machine_id"]) for row in document["items"]]
    return [row for row in rows if row["status"]["phase"] != "destroyed"]


async def agree(person: Person, cloud: KillableCloud) -> None:
    """Wait until store and screen say what the service says, and no wish is open."""
    fleet, truth, shown = person.fleet, {}, {}
    for turn in range(150):
        if turn % 20 == 19:
            person.store.refresh()
        rows = await asyncio.to_thread(listed, cloud)
        truth = {row["machine_id"]: phase_word(row["status"]["phase"]) for row in rows}
        await person.pilot.pause()
        shown = on_screen(person)
        open_wishes = [each for each in person.store.machines.records() if each.intents]
        if shown == truth and not open_wishes and person.store.health.state.line == "talking":
            break
        await asyncio.sleep(0.05)
    assert shown == truth, person.text
    assert open_wishes == []
    assert person.store.health.state.line == "talking"
    assert person.app._exception is None
    assert fleet.services is not None
    await person.store.changes.idle()
    assert fleet.services.runner.pending == ()
    assert fleet.services.runner.context.under_way == {}


async def sorts(person: Person) -> None:
    """Every order is that of what the store holds now, sorted from nothing."""
    fleet, machines = person.fleet, person.store.machines

    def from_nothing() -> list[str]:
        fresh = FleetRows(
            rates=fleet.settings.rates,
            activities_of=fleet._activities_of,
            public_of=fleet._public_of,
            is_calling=fleet._is_calling,
        )
        held = [machines.get(record.machine_id) for record in fleet.rows.records]
        fresh.replace([record for record in held if record is not None], fleet.now)
        column, is_falling = fleet.rows.sort
        fresh.sort_by(column, is_falling=is_falling)
        return sorted_from_nothing(fresh, fleet.now)

    for column in fleet.offered_columns:
        for is_falling in (False, True):
            fleet.sort_by(column, is_falling=is_falling)
            assert_sorted(fleet)
            await person.until(lambda: [*fleet.table.order] == from_nothing(), column.key)


def on_screen(person: Person) -> dict[str, str]:
    """What the lines of the table say: the word of the phase, by machine."""
    table, words = person.fleet.table, {}
    region = table.region
    lines = person.lines[region.y + table.fixed_lines : region.bottom]
    for key, line in zip(table.order, lines, strict=False):
        found = _PHASE_SEEN.search(line[region.x : region.right])
        words[key] = found[1] if found else line
    return words


_PHASE_SEEN = re.compile(
    "[{}] ({})".format(
        "".join(UNICODE.phase(phase) for phase in Phase),
        "|".join(phase_word(phase) for phase in Phase),
    )
)


async def screens_at_rest(person: Person) -> None:
    """Of all the screens that were opened, those that were left are gone with their widgets."""

    def left() -> Counter[str]:
        forget_cancelled_timers()
        gc.unfreeze()
        gc.collect()
        held = Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, Screen))
        held.subtract(type(each).__name__ for each in person.app.screen_stack)
        return held

    for _ in range(100):
        if all(count <= KEPT_OF_A_KIND for count in left().values()):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"screens are held: {left()}")


def forget_cancelled_timers() -> None:
    """What asyncio does with more than a hundred of them, or when their time has come.

    Until then a cancelled timeout of a request holds the screen whose worker asked.
    """
    loop: Any = asyncio.get_running_loop()
    for handle in [each for each in loop._scheduled if each.cancelled()]:
        handle._context = None


def destroy_calls(person: Person) -> set[str]:
    """The machines this app asked the service to destroy."""
    calls = set()
    for exchange in person.store.exchanges.entries():
        if exchange.method == "DELETE" and exchange.path.count("/") == 3:
            calls.add(exchange.path.rpartition("/")[2])
    return calls
