"""Small things that belong to a machine (ssh sessions, previews, artifacts), listed when looked at.

Listing wakes no machine. A fault leaves what was there, with its age.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from dedalus_tui.domain.faults import CloudFault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from dedalus_tui.domain.page import Page
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

Item = TypeVar("Item")

MOST_PAGES = 10
FRESH_SECONDS = 5.0
"""A list younger than this is good enough for coming back to it."""


@dataclass(frozen=True, slots=True)
class ItemsState(Generic[Item]):
    """What is known of one machine's things, newest first."""

    items: tuple[Item, ...] = ()
    listed_at: datetime | None = None
    """When they were last listed; None = nobody knows whether there are any."""
    fault: CloudFault | None = None
    """Why the last listing failed."""
    is_cut: bool = False
    """There are more than were asked for."""


class MachineItems(Generic[Item]):
    """The things of one kind, by machine."""

    def __init__(
        self,
        kind: str,
        pages: Callable[[str], AsyncIterator[Page[Item]]],
        id_of: Callable[[Item], str],
        created_at: Callable[[Item], datetime | None],
        clock: Clock,
        changes: Changes,
    ) -> None:
        """Changes are told as (kind, machine id)."""
        self.kind = kind
        self._pages = pages
        self._id_of = id_of
        self._created_at = created_at
        self._clock = clock
        self._changes = changes
        self._states: dict[str, ItemsState[Item]] = {}
        self._gone: set[str] = set()
        self._listing: dict[str, asyncio.Lock] = {}

    def state(self, machine_id: str) -> ItemsState[Item]:
        """What is known of a machine's things."""
        return self._states.get(machine_id) or ItemsState()

    def of(self, machine_id: str) -> tuple[Item, ...]:
        """A machine's things, newest first."""
        return self.state(machine_id).items

    def get(self, machine_id: str, item_id: str) -> Item | None:
        """One of them."""
        return next((each for each in self.of(machine_id) if self._id_of(each) == item_id), None)

    async def load(self, machine_id: str, *, force: bool = False) -> None:
        """List them unless that was done just now. A fault ends in the state."""
        async with self._listing.setdefault(machine_id, asyncio.Lock()):
            if not force and self._is_fresh(machine_id):
                return
            try:
                found, is_cut = await self._list(machine_id)
            except CloudFault as fault:
                self._put(machine_id, replace(self.state(machine_id), fault=fault))
                return
            items = tuple(each for each in found if self._id_of(each) not in self._gone)
            now = self._clock.now()
            self._put(machine_id, ItemsState(self._sorted(items), now, None, is_cut))

    def note(self, machine_id: str, item: Item) -> None:
        """Take in an answer about one of them."""
        held = self.state(machine_id)
        others = tuple(each for each in held.items if self._id_of(each) != self._id_of(item))
        self._put(machine_id, replace(held, items=self._sorted((item, *others))))

    def forget(self, machine_id: str, item_id: str) -> None:
        """It is gone; no late list brings it back."""
        self._gone.add(item_id)
        held = self.state(machine_id)
        left = tuple(each for each in held.items if self._id_of(each) != item_id)
        self._put(machine_id, replace(held, items=left))

    def _is_fresh(self, machine_id: str) -> bool:
        held = self.state(machine_id)
        if held.listed_at is None or held.fault is not None:
            return False
        return (self._clock.now() - held.listed_at).total_seconds() < FRESH_SECONDS

    async def _list(self, machine_id: str) -> tuple[list[Item], bool]:
        found: list[Item] = []
        count = 0
        async for page in self._pages(machine_id):
            found += page.items
            count += 1
            if count == MOST_PAGES:
                return found, page.next_cursor is not None
        return found, False

    def _sorted(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        def rank(item: Item) -> tuple[float, str]:
            created = self._created_at(item)
            return (created.timestamp() if created else 0.0, self._id_of(item))

        return tuple(sorted(items, key=rank, reverse=True))

    def _put(self, machine_id: str, state: ItemsState[Item]) -> None:
        before = self.state(machine_id)
        self._states[machine_id] = state
        is_first = before.listed_at is None
        if is_first or (before.items, before.fault) != (state.items, state.fault):
            self._changes.touch((self.kind, machine_id))
