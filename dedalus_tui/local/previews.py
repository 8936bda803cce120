"""The rules of previews: opened, waiting for their machine to wake, ready, closed, expired.

They live as long as this server: a preview ends when its machine stops, and a restarted server's
machines are all asleep. Every preview is reachable from this computer only, whatever its
visibility says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dedalus_tui.local import ports
from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.preview_proxy import PreviewProxy
from dedalus_tui.local.refusals import DomainError, no_such

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.timetable import Timetable

    Spawn = Callable[[Coroutine[object, object, None], str], asyncio.Task[None]]

Status = Literal["wake_in_progress", "ready", "closed", "expired", "failed"]

LIFETIME_SECONDS = 3600.0
KEPT_SECONDS = 300.0
"""How long an ended preview can still be read."""

_AWAKE_FOR_IT = frozenset({"running"})
_ENDING = frozenset({"stopping", "sleeping", "destroying", "destroyed", "failed"})


@dataclass(slots=True)
class Preview:
    """One preview; moments are seconds since the epoch."""

    seq: int
    preview_id: str
    machine_id: str
    port: int
    protocol: str
    visibility: str
    created_at: float
    expires_at: float
    status: Status = "wake_in_progress"
    ready_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None
    proxy: PreviewProxy | None = None
    serving: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def url(self) -> str | None:
        """Where it answers, while it does."""
        if self.status != "ready" or self.proxy is None:
            return None
        return f"{self.protocol}://127.0.0.1:{self.proxy.port}/"

    @property
    def is_over(self) -> bool:
        """Whether it will never be ready again."""
        return self.status in ("closed", "expired", "failed")


class Previews:
    """All previews of this server's life."""

    def __init__(
        self,
        machines: Machines,
        processes: Processes,
        clock: Clock,
        timetable: Timetable,
        spawn: Spawn,
    ) -> None:
        """Follow every machine."""
        self._machines = machines
        self._processes = processes
        self._clock = clock
        self._timetable = timetable
        self._spawn = spawn
        self._records: dict[str, Preview] = {}
        self._last_seq = 0
        machines.on_phase(self._on_phase)

    def of(self, machine_id: str) -> list[Preview]:
        """The machine's previews in order of creation; 404 for an unknown machine."""
        self._machines.get(machine_id)
        return [each for each in self._records.values() if each.machine_id == machine_id]

    def get(self, machine_id: str, preview_id: str) -> Preview:
        """One preview, or 404."""
        self._machines.get(machine_id)
        found = self._records.get(preview_id)
        if found is None or found.machine_id != machine_id:
            raise no_such("preview")
        return found

    def open(self, machine_id: str, port: int, protocol: str, visibility: str) -> Preview:
        """Open a preview; a sleeping machine is woken for it."""
        machine = self._machines.get(machine_id)
        if (
            machine.desired_state == "destroyed"
            or machine.phase == "failed"
            or (machine.is_synthetic)
        ):
            raise DomainError(409, "INVALID_STATE", "no preview can be opened on this machine")
        now = self._clock.now()
        self._last_seq += 1
        preview = Preview(
            seq=self._last_seq,
            preview_id=sub_resource_id("prev"),
            machine_id=machine_id,
            port=port,
            protocol=protocol,
            visibility=visibility,
            created_at=now,
            expires_at=now + LIFETIME_SECONDS,
        )
        self._records[preview.preview_id] = preview
        self._timetable.set(
            ("preview", preview.preview_id),
            preview.expires_at,
            lambda due: self._end(preview, "expired", due),
        )
        machine = self._machines.want_awake(machine_id)
        if machine.phase in _AWAKE_FOR_IT:
            self._make_ready(preview, now)
        return preview

    def close(self, machine_id: str, preview_id: str) -> Preview:
        """End a preview; ending an ended one is no error."""
        preview = self.get(machine_id, preview_id)
        if not preview.is_over:
            self._end(preview, "closed", self._clock.now())
        return preview

    def forget_all(self) -> None:
        """End and forget every preview."""
        for preview in self._records.values():
            self._stop_serving(preview)
            self._timetable.cancel(("preview", preview.preview_id))
        self._records.clear()

    def _on_phase(self, machine: Machine, _before: Phase | None, at: float) -> None:
        for preview in list(self._records.values()):
            if preview.machine_id != machine.machine_id or preview.is_over:
                continue
            if machine.phase in _AWAKE_FOR_IT:
                if preview.status == "wake_in_progress":
                    self._make_ready(preview, at)
            elif machine.phase == "failed":
                preview.error_code = "machine_not_routable"
                preview.error_message = machine.last_error
                self._end(preview, "failed", at)
            elif machine.phase in _ENDING and preview.status == "ready":
                self._end(preview, "closed", at)

    def _make_ready(self, preview: Preview, at: float) -> None:
        machine_id = preview.machine_id
        preview.proxy = PreviewProxy(
            preview.port,
            lambda port: port in ports.listened_on(self._processes.belonging_to(machine_id)),
        )
        preview.status = "ready"
        preview.ready_at = at
        preview.serving = self._spawn(preview.proxy.serve(), f"preview {preview.preview_id}")

    def _end(self, preview: Preview, status: Status, at: float) -> None:
        self._stop_serving(preview)
        preview.status = status
        self._timetable.set(
            ("preview", preview.preview_id),
            at + KEPT_SECONDS,
            lambda _due: self._forget(preview.preview_id),
        )

    def _forget(self, preview_id: str) -> None:
        self._records.pop(preview_id, None)

    def _stop_serving(self, preview: Preview) -> None:
        if preview.serving is not None:
            preview.serving.cancel()
            preview.serving = None
        if preview.proxy is not None:
            preview.proxy.discard()
