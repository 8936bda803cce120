"""Getting a terminal that can be connected to: asked for anew, or found again. No sockets.

The three ways it can fail for good are told apart by `NotToBeHad.standing`; everything that may
pass by itself is raised as the CloudFault it is, for the session to wait and try again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.retry import is_worth_repeating
from dedalus_tui.domain.faults import CloudFault, InvalidState, LockedOut, NotFound, NotOffered
from dedalus_tui.domain.lifecycle import is_gone
from dedalus_tui.domain.machine import DesiredState, Phase
from dedalus_tui.domain.terminal import SessionStatus
from dedalus_tui.domain.terminal_state import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.domain.terminal import Terminal, TerminalSpec
    from dedalus_tui.store.clock import Clock

SHORTEST_WAIT = 0.05
LONGEST_WAIT = 60.0
DEFAULT_WAIT = 0.5
"""Between two looks at a terminal whose machine wakes, where the service names no delay."""

_ASLEEP = frozenset({Phase.SLEEPING, Phase.STOPPING})


class NotToBeHad(Exception):
    """There is no terminal to connect to, and trying again by itself would not help."""

    def __init__(self, standing: Standing, fault: CloudFault | None = None) -> None:
        """`standing` is what the terminal is now; `fault` says more, if there is more."""
        super().__init__(standing)
        self.standing = standing
        self.fault = fault


async def ask_for(
    client: CloudClient, machine_id: str, spec: TerminalSpec, *, key: str, may_wake: bool
) -> Terminal:
    """A new terminal, perhaps not ready yet. Raises NotToBeHad, CloudFault.

    A sleeping machine wakes for it, and is therefore looked at first unless it may.
    """
    if not may_wake:
        await _check_machine(client, machine_id, may_wake=False)
    return await client.terminals.open(machine_id, spec, key=key)


async def _check_machine(client: CloudClient, machine_id: str, *, may_wake: bool) -> None:
    try:
        machine = await client.machines.get(machine_id)
    except NotFound as fault:
        raise NotToBeHad(Standing.GONE, fault) from None
    if is_gone(machine):
        raise NotToBeHad(Standing.GONE)
    if is_asleep(machine) and not may_wake:
        raise NotToBeHad(Standing.SLEPT)


async def find_again(
    client: CloudClient, machine_id: str, terminal_id: str, *, may_wake: bool
) -> Terminal:
    """The terminal as it is now. Raises NotToBeHad, CloudFault.

    The machine is looked at first, since connecting to a terminal of a sleeping one might wake it.
    """
    await _check_machine(client, machine_id, may_wake=may_wake)
    try:
        terminal = await client.terminals.get(machine_id, terminal_id)
    except NotFound as fault:
        raise NotToBeHad(Standing.GONE, fault) from None
    if terminal.is_ended:
        raise NotToBeHad(Standing.CLOSED)
    return terminal


async def until_ready(
    client: CloudClient,
    clock: Clock,
    terminal: Terminal,
    machine_id: str,
    *,
    waiting: Callable[[], None],
) -> Terminal:
    """Look again until it is ready. Raises NotToBeHad when it ends instead, CloudFault.

    `waiting` is called before each wait.
    """
    while terminal.status != SessionStatus.READY:
        if terminal.is_ended:
            raise NotToBeHad(Standing.REFUSED, _ended(terminal))
        waiting()
        await clock.sleep(wait_of(terminal))
        terminal = await client.terminals.get(machine_id, terminal.terminal_id)
    return terminal


def wait_of(terminal: Terminal) -> float:
    """Seconds until the next look, as the service wishes, within reason."""
    if terminal.retry_after_ms is None:
        return DEFAULT_WAIT
    return min(LONGEST_WAIT, max(SHORTEST_WAIT, terminal.retry_after_ms / 1000))


def _ended(terminal: Terminal) -> CloudFault:
    return CloudFault(
        terminal.error_message or f"the terminal is {terminal.status}",
        code=terminal.error_code or "",
    )


async def standing_after_end(client: CloudClient, machine_id: str) -> Standing:
    """Why a terminal ended: its machine sleeps, is gone, or its shell simply closed."""
    try:
        machine = await client.machines.get(machine_id)
    except NotFound:
        return Standing.GONE
    except CloudFault:
        return Standing.CLOSED
    if is_gone(machine):
        return Standing.GONE
    return Standing.SLEPT if is_asleep(machine) else Standing.CLOSED


def is_asleep(machine: Machine) -> bool:
    """True when using the machine would wake it, or keep it from going to sleep."""
    return machine.phase in _ASLEEP or machine.desired_state == DesiredState.SLEEPING


def standing_of(fault: CloudFault) -> Standing | None:
    """The standing a fault of asking or connecting means for good; None when it may pass."""
    if isinstance(fault, NotFound):
        return Standing.GONE
    if isinstance(fault, InvalidState):
        if fault.is_retryable or fault.details.get("current_status") == "wake_in_progress":
            return None
        is_closed = fault.details.get("current_status") in {"closed", "expired", "failed"}
        return Standing.CLOSED if is_closed else Standing.REFUSED
    if isinstance(fault, LockedOut | NotOffered) or not is_worth_repeating(fault):
        return Standing.REFUSED
    return None
