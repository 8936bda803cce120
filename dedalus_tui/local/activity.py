"""Who keeps a machine awake: running executions, attached terminals, ssh sessions.

A machine is idle while nobody uses it; after its autosleep window of that it is put to sleep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.timetable import Timetable


class Activity:
    """Counts the users of each machine and puts idle machines to sleep."""

    def __init__(self, machines: Machines, clock: Clock, timetable: Timetable) -> None:
        """Watch every machine."""
        self._machines = machines
        self._clock = clock
        self._timetable = timetable
        self._users: dict[str, int] = {}
        self._idle_since: dict[str, float] = {}
        machines.on_phase(self._on_phase)
        machines.on_policy(self._plan)

    def begin(self, machine_id: str) -> Callable[[], None]:
        """Somebody uses the machine; call what is returned when that is over (once counts)."""
        self._users[machine_id] = self._users.get(machine_id, 0) + 1
        self._timetable.cancel(("idle", machine_id))
        is_over = False

        def end() -> None:
            nonlocal is_over
            if is_over:
                return
            is_over = True
            left = self._users.pop(machine_id, 1) - 1
            if left:
                self._users[machine_id] = left
                return
            self.touch(machine_id)

        return end

    def users(self, machine_id: str) -> int:
        """How many use the machine now."""
        return self._users.get(machine_id, 0)

    def touch(self, machine_id: str) -> None:
        """Something short was done on the machine: if it is awake its idleness starts anew."""
        if machine_id in self._idle_since:
            self._idle_since[machine_id] = self._clock.now()
            self._plan(machine_id)

    def forget_all(self) -> None:
        """No machine is left; who still used one ends in vain."""
        self._users.clear()
        self._idle_since.clear()

    def _on_phase(self, machine: Machine, _before: Phase | None, at: float) -> None:
        if machine.phase == "running":
            self._idle_since[machine.machine_id] = at
        else:
            self._idle_since.pop(machine.machine_id, None)
        self._plan(machine.machine_id)

    def _plan(self, machine_id: str) -> None:
        """Set or drop the alarm that puts the machine to sleep."""
        key = ("idle", machine_id)
        self._timetable.cancel(key)
        since = self._idle_since.get(machine_id)
        if since is None or self.users(machine_id):
            return
        window = self._machines.get(machine_id).autosleep_seconds
        if window:
            self._timetable.set(
                key, since + window, lambda due: self._machines.autosleep(machine_id, due)
            )
