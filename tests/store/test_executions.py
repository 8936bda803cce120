"""Lists of executions on a real local cloud: what comes, what ends, what never steps back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.execution import Execution
from dedalus_tui.domain.output import Stream
from dedalus_tui.store.executions import LOGS_KEPT
from tests.local import runs
from tests.store.living import create, living_store, until

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


async def test_what_is_looked_at_is_listed_and_followed_to_its_end(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with living_store(cloud) as store:
        store.executions.look("tab", [machine])
        await until(store, lambda: store.executions.state(machine).listed_at)
        assert store.executions.of(machine) == ()
        document = await asyncio.to_thread(runs.post, cloud, machine, "sleep", "0.2")
        store.executions.refresh(machine)
        await until(store, lambda: store.executions.of(machine))
        assert store.executions.newest(machine) is not None
        await until(store, lambda: all(one.is_over for one in store.executions.of(machine)))
        newest = store.executions.get(machine, document["execution_id"])
        assert newest is not None
        assert newest.exit_code == 0
        store.executions.look("tab", [])


async def test_looking_wakes_nothing(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with living_store(cloud, is_running=False) as store:
        await store.client.machines.sleep(machine, key="k1")
        await store.executions.list(machine)
        assert (await store.client.machines.get(machine)).phase in {"stopping", "sleeping"}


async def test_the_order_is_that_of_the_newest(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with living_store(cloud, is_running=False) as store:
        for number in range(3):
            await asyncio.to_thread(runs.shell, cloud, machine, f"echo {number}")
        listed = await store.executions.list(machine)
        assert [one.command[-1] for one in listed] == ["echo 2", "echo 1", "echo 0"]
        assert store.executions.all() == listed


async def test_a_late_answer_neither_revives_nor_blanks(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with living_store(cloud, is_running=False) as store:
        held = Execution(
            execution_id="wexec-1", machine_id=machine, status="failed", exit_code=7, command=("x",)
        )
        executions = store.executions
        executions.note(held)
        assert executions.note(Execution(execution_id="wexec-1", machine_id=machine)) == held
        late = Execution(execution_id="wexec-1", machine_id=machine, status="running")
        assert executions.note(late) == held
        executions.forget(machine, "wexec-1")
        executions.note(held)
        assert executions.get(machine, "wexec-1") is None


async def test_what_a_list_no_longer_holds_is_gone_and_a_fault_blanks_nothing(
    cloud: RunningCloud,
) -> None:
    machine = await create(cloud)
    async with living_store(cloud) as store:
        document = await asyncio.to_thread(runs.shell, cloud, machine, "true")
        store.executions.look("tab", [machine])
        await until(store, lambda: store.executions.of(machine))
        await cloud.fault(path="/executions$", status=500, body="<html>", times=None)
        store.executions.refresh(machine)
        await until(store, lambda: store.executions.state(machine).fault)
        assert store.executions.of(machine)
        await cloud.clear_faults()
        await store.client.executions.delete(machine, document["execution_id"], key="k2")
        store.executions.refresh(machine)
        await until(store, lambda: not store.executions.of(machine))
        assert store.executions.state(machine).fault is None


async def test_logs_are_kept_for_a_while(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with living_store(cloud, is_running=False) as store:
        held = [Execution(execution_id=f"wexec-{n}", machine_id=machine) for n in range(12)]
        shown = store.executions.open_log(held[0])
        for one in held[1:]:
            store.executions.release_log(store.executions.open_log(one))
        assert store.executions.open_log(held[0]) is shown
        last = store.executions.open_log(held[11])
        assert store.executions.open_log(held[11]) is last
        forgotten = store.executions.open_log(held[1])
        assert forgotten.received == {Stream.STDOUT: 0, Stream.STDERR: 0}
        assert sum(log.readers > 0 for log in store.executions.logs) == 3
        assert len(store.executions.logs) <= 3 + LOGS_KEPT
        store.executions.close()
