"""Several runs' logs as one, in the order of time, each line with the number of its run.

A line waits until every run that may still write has told of a later time, but no run holds the
others up for more than a moment: clocks of machines differ, and a quiet run says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.output import OutputRecord
from dedalus_tui.store.output_spool import OutputSpool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.execution_log import ExecutionLog
    from dedalus_tui.store.output_severity import SeverityRules

LOOK_SECONDS = 0.2
HOLD_US = 2_000_000
"""How far, in the time of the lines, a quiet run may hold the others up."""
QUIET_LOOKS = 5
"""After so many looks without news, what is held is let go."""
LINES_A_TURN = 2000


class MergedLog:
    """The spool of several logs; `run` until all are complete."""

    def __init__(
        self, logs: Sequence[ExecutionLog], clock: Clock, *, rules: SeverityRules | None = None
    ) -> None:
        """The logs are followed elsewhere; their places are the sources of the lines."""
        self._logs = tuple(logs)
        self._clock = clock
        self._next = [0] * len(logs)
        self._sequence = 0
        self.spool = OutputSpool(rules)

    async def run(self) -> None:
        """Take over lines until every log is complete."""
        quiet = 0
        while True:
            is_over = all(log.is_complete or log.is_gone for log in self._logs)
            moved = self.take(lets_go=is_over or quiet >= QUIET_LOOKS)
            if is_over and not moved:
                return
            quiet = 0 if moved else quiet + 1
            await self._clock.sleep(0.0 if moved == LINES_A_TURN else LOOK_SECONDS)

    def take(self, *, lets_go: bool = False) -> int:
        """Take over the lines whose turn has come, at most so many; how many."""
        limit = None if lets_go else self._limit()
        records: list[OutputRecord] = []
        heads = {source: self._head(source) for source in range(len(self._logs))}
        while len(records) < LINES_A_TURN:
            known = [(at, source) for source, at in heads.items() if at is not None]
            if not known:
                break
            at_us, source = min(known)
            if limit is not None and at_us > limit:
                break
            line = self._logs[source].spool.line(self._next[source])
            self._next[source] += 1
            heads[source] = self._head(source)
            self._sequence += 1
            data = line.raw if line.raw[-1:] in b"\r\n" else line.raw + b"\n"
            records.append(OutputRecord(self._sequence, at_us, line.stream, data, source))
        if records:
            self.spool.extend(records)
        return len(records)

    def _head(self, source: int) -> int | None:
        """The time of the next line of a log; None when there is none yet."""
        spool, number = self._logs[source].spool, self._next[source]
        return spool.index.at_us(number) if number < spool.line_count else None

    def _limit(self) -> int:
        """The time up to which no earlier line can come any more."""
        times = [log.spool.last_at_us for log in self._logs]
        live = [log.spool.last_at_us for log in self._logs if not (log.is_complete or log.is_gone)]
        newest = max(times, default=0)
        return max(min(live, default=newest), newest - HOLD_US)

    def close(self) -> None:
        """Forget the merged log; the logs themselves stay."""
        self.spool.close()
