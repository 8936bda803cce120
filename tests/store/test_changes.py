"""Changes arrive together, and idle means idle."""

from __future__ import annotations

import asyncio

from dedalus_tui.store.changes import Changes, Key


async def test_one_turn_is_told_once() -> None:
    """However often something changed in it."""
    changes, heard = Changes(), list[frozenset[Key]]()
    unlisten = changes.listen(heard.append)
    changes.touch(("machine", "a"))
    changes.touch(("machine", "b"), ("machine", "a"))
    assert heard == []
    await changes.idle()
    assert heard == [frozenset({("machine", "a"), ("machine", "b")})]
    unlisten()
    unlisten()
    changes.touch(("health",))
    await changes.idle()
    assert len(heard) == 1


async def test_what_a_listener_touches_is_told_next() -> None:
    """Not lost, not in the same breath."""
    changes, heard = Changes(), list[frozenset[Key]]()

    def answer(keys: frozenset[Key]) -> None:
        heard.append(keys)
        if keys == {("a",)}:
            changes.touch(("b",))

    changes.listen(answer)
    changes.touch(("a",))
    await changes.idle()
    assert heard == [frozenset({("a",)}), frozenset({("b",)})]


async def test_idle_waits_for_work_under_way() -> None:
    """All of it."""
    changes = Changes()
    waiting = asyncio.create_task(changes.idle())
    with changes.busy():
        with changes.busy():
            pass
        await asyncio.sleep(0)
        assert not changes._idle.is_set()
    await waiting
