"""One execution's log, followed to its end: polled events, cuts survived, gaps told.

Events are a page list, not a stream (contract 8): asked for with the last cursor that was not
empty, repeats dropped by their sequence, until a terminal lifecycle event or a terminal status.
Where events are not offered, or give less than the run wrote, `/output` fills what it can.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault, NotFound, NotOffered
from dedalus_tui.domain.output import OutputRecord, Stream
from dedalus_tui.store.execution_output import (
    is_end,
    microseconds,
    record_of,
    whole_output,
)
from dedalus_tui.store.output_spool import OutputSpool

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.execution import Execution, ExecutionEvent
    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.output_severity import SeverityRules

FIRST_WAIT, WAIT_FACTOR, LONGEST_WAIT = 0.1, 1.6, 1.0
OLD_AFTER_SECONDS, OLD_WAIT = 300.0, 2.0
"""A run that old is asked about less often."""
FAULT_WAIT, LONGEST_FAULT_WAIT = 0.5, 30.0
PAGE_LIMIT = 500
FULL_PAGE_BYTES = 1024 * 1024
"""A page with so much is taken for cut by its size: the next one is asked for at once."""
EVENTS_A_TURN = 64
BYTES_A_TURN = 256 * 1024
"""Taken in between two turns of the loop."""
OVERLAP_BYTES = 4096
"""How much of the end must agree before `/output` continues what events gave."""
OUTPUT_STREAMS = (Stream.STDOUT, Stream.STDERR)


class Step(Enum):
    """What asking once brought."""

    MORE = "more can be had at once"
    SOME = "something came"
    NOTHING = "nothing came"


class ExecutionLog:
    """The spool of one execution, and how far it is known. `follow` may be ended and resumed."""

    def __init__(
        self,
        client: CloudClient,
        clock: Clock,
        execution: Execution,
        *,
        rules: SeverityRules | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` is called when anything but the spool changed."""
        self._client = client
        self._clock = clock
        self._changed = changed
        self._cursor: str | None = None
        self._end: OutputRecord | None = None
        """What the service said when it ended: kept for the end of the log, whatever comes late."""
        self._has_events = True
        self._ends: dict[Stream, bytes] = dict.fromkeys(OUTPUT_STREAMS, b"")
        self.spool = OutputSpool(rules)
        self.execution = execution
        self.received: dict[Stream, int] = dict.fromkeys(OUTPUT_STREAMS, 0)
        """Bytes of each stream that are in the log."""
        self.readers = 0
        """How many look at it just now."""
        self.fault: CloudFault | None = None
        """Why nothing comes just now; the log keeps trying."""
        self.is_complete = False
        """Everything the service has is in the log."""
        self.is_gone = False
        """The service no longer knows the execution."""
        self.lacks_order = False
        """The streams came whole, so their lines are not in the order they were written."""
        self.is_withheld = False
        """The service gives out neither events nor output, so nobody knows what the run wrote."""

    @property
    def missing(self) -> dict[Stream, int | None]:
        """Streams the service cut: how many bytes are not here, None when it does not say."""
        totals = {
            Stream.STDOUT: (self.execution.stdout_bytes, self.execution.stdout_truncated),
            Stream.STDERR: (self.execution.stderr_bytes, self.execution.stderr_truncated),
        }
        found: dict[Stream, int | None] = {}
        for stream, (total, is_truncated) in totals.items():
            lacking = (total or 0) - self.received[stream]
            if self.is_complete and lacking > 0:
                found[stream] = lacking
            elif is_truncated and lacking <= 0:
                found[stream] = None
        return found

    async def follow(self) -> None:
        """Take in what comes until the run is over and everything is here, or it is gone."""
        began, wait, fault_wait = self._clock.monotonic(), FIRST_WAIT, FAULT_WAIT
        while not self.is_complete and not self.is_gone:
            try:
                step = await self._step()
            except CloudFault as fault:
                self._note_fault(fault)
                await self._clock.sleep(max(fault_wait, fault.retry_after or 0.0))
                fault_wait = min(fault_wait * 2, LONGEST_FAULT_WAIT)
                continue
            fault_wait = FAULT_WAIT
            if self.fault is not None:
                self.fault = None
                self._changed()
            if step is Step.MORE or self.is_complete:
                wait = FIRST_WAIT
                continue
            is_old = self._clock.monotonic() - began > OLD_AFTER_SECONDS
            wait = FIRST_WAIT if step is Step.SOME else min(wait * WAIT_FACTOR, LONGEST_WAIT)
            await self._clock.sleep(OLD_WAIT if is_old else wait)

    async def _step(self) -> Step:
        """Ask once."""
        if not self._has_events:
            await self._look()
            if self.execution.is_over:
                await self._complete()
            return Step.NOTHING
        was_over = self._is_over
        machine_id, execution_id = self.execution.machine_id, self.execution.execution_id
        try:
            page = await self._client.executions.events(
                machine_id, execution_id, cursor=self._cursor, limit=PAGE_LIMIT
            )
        except (NotOffered, NotFound):
            await self._look()  # raises NotFound when it is the execution that is gone
            self._has_events = False
            return Step.MORE
        taken = await self._take(page.items)
        if page.next_cursor:
            self._cursor = page.next_cursor
        if taken:
            is_full = len(page.items) >= PAGE_LIMIT or taken >= FULL_PAGE_BYTES
            return Step.MORE if is_full or self._is_over else Step.SOME
        if was_over:
            # Nothing came although it was over before we asked: there is no more.
            await self._complete()
            return Step.NOTHING
        await self._look()
        return Step.MORE if self._is_over else Step.NOTHING

    @property
    def _is_over(self) -> bool:
        return self.execution.is_over or self._end is not None

    async def _take(self, events: tuple[ExecutionEvent, ...]) -> int:
        """Take events in, a few a turn; bytes of the new ones, 0 when none was new."""
        last = self._end.sequence if self._end is not None else self.spool.last_sequence()
        fresh = sorted(
            (event for event in events if last is None or event.sequence > last),
            key=lambda event: event.sequence,
        )
        size = 0
        for begin in range(0, len(fresh), EVENTS_A_TURN):
            records: list[OutputRecord] = []
            for event in fresh[begin : begin + EVENTS_A_TURN]:
                record = record_of(event)
                self._count(record.stream, record.data)
                size += len(record.data)
                if is_end(event):
                    self._end = record
                else:
                    records.append(record)
            self.spool.extend(records)
            await asyncio.sleep(0)
        if any(event.type == "lifecycle" for event in fresh):
            await self._look()
        return max(size, bool(fresh))

    def _count(self, stream: Stream, data: bytes) -> None:
        if stream in self.received and data:
            self.received[stream] += len(data)
            self._ends[stream] = (self._ends[stream] + data)[-OVERLAP_BYTES:]

    async def _look(self) -> None:
        """Read the execution itself."""
        held = self.execution
        found = await self._client.executions.get(held.machine_id, held.execution_id)
        if held.is_over and not found.is_over:
            return
        if found != held:
            self.execution = found
            self._changed()

    async def _complete(self) -> None:
        """The run is over: fill what events did not give, and finish."""
        if not self.execution.is_over:
            await self._look()
        if not self._has_events or self._lacks_something:
            await self._fill_from_output()
        self._finish()
        self.is_complete = True
        self._changed()

    def _finish(self) -> None:
        """Unfinished lines are lines as they stand; the end stands after them."""
        self.spool.finish()
        if self._end is not None:
            last = self.spool.last_sequence() or 0
            self.spool.append(replace(self._end, sequence=max(last + 1, self._end.sequence)))

    @property
    def _lacks_something(self) -> bool:
        totals = (self.execution.stdout_bytes, self.execution.stderr_bytes)
        return any(
            (total or 0) > self.received[stream]
            for stream, total in zip(OUTPUT_STREAMS, totals, strict=True)
        )

    async def _fill_from_output(self) -> None:
        """Add what `/output` has beyond the events; only where it goes on from their end."""
        held = self.execution
        try:
            output = await self._client.executions.output(held.machine_id, held.execution_id)
        except (NotOffered, NotFound):
            self.is_withheld = not self._has_events
            return
        at_us = microseconds(held.completed_at)
        sequence = self.spool.last_sequence() or 0
        for stream, data in whole_output(output).items():
            received = self.received[stream]
            end = self._ends[stream]
            goes_on = data[max(0, received - len(end)) : received] == end
            if len(data) <= received or not goes_on:
                continue
            if not self._has_events or received == 0:
                self.lacks_order = True
            for begin in range(received, len(data), BYTES_A_TURN):
                sequence += 1
                rest = data[begin : begin + BYTES_A_TURN]
                self.spool.append(OutputRecord(sequence, at_us, stream, rest))
                self._count(stream, rest)
                await asyncio.sleep(0)

    def _note_fault(self, fault: CloudFault) -> None:
        if isinstance(fault, NotFound):
            self.is_gone = True
            self._finish()
        self.fault = fault
        self._changed()

    def close(self) -> None:
        """Forget the log."""
        self.spool.close()
