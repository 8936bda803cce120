"""From the store's records to what is presented: one place for every pane and screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.connection import is_stale
from dedalus_tui.ui.present.row import make_row
from dedalus_tui.ui.present.timeline import Past, Step, known_spans

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.row import MachineRow
    from dedalus_tui.ui.services import Services


def row_of(services: Services, record: MachineRecord) -> MachineRow:
    """The row of a record, with what was seen running and what it costs."""
    return make_row(
        record.machine,
        label=record.label,
        activities=activities_of(services, record.machine_id),
        public=public_previews_of(services, record.machine_id),
        memory_grows=services.store.memory_growth.of(record.machine_id),
        network=services.store.networks.of(record.machine_id),
        is_calling=services.store.terminals.is_calling(record.machine_id),
        is_stale=record.is_stale or is_line_stale(services),
        asking=record.asking,
        rates=services.settings.rates,
    )


def is_line_stale(services: Services) -> bool:
    """True while nothing that is shown may be taken for live."""
    return is_stale(services.store.health.state, services.store.clock.now())


def seen_at(services: Services, record: MachineRecord) -> datetime:
    """When the service last spoke of a machine; each list does, also where nothing changed."""
    last_good = services.store.health.state.last_good
    return record.seen_at if record.is_stale or last_good is None else last_good


def activities_of(services: Services, machine_id: str) -> tuple[Activity, ...] | None:
    """What was seen running on a machine; None when nobody has looked."""
    activity = services.store.activity
    return None if activity.seen_at(machine_id) is None else activity.of(machine_id)


def public_previews_of(services: Services, machine_id: str) -> tuple[Preview, ...]:
    """Its previews that are public and ready, as far as they were listed. Asks nothing."""
    store = services.store
    now = store.clock.now()
    return tuple(each for each in store.previews.of(machine_id) if each.is_open_to_all(now))


def past_of(services: Services, machine_id: str, *, steps: tuple[Step, ...] | None = None) -> Past:
    """What is known of a machine's past: transitions, and when anybody was looking. `steps` that
    were read already are not read from the journal again."""
    store = services.store
    if steps is None:
        steps = _steps_of(services, machine_id)
    record = store.machines.get(machine_id)
    status = record.confirmed.status if record is not None and not record.is_stale else None
    known = known_spans(
        steps,
        store.watched(),
        held_since=status.last_transition_at if status is not None else None,
        now=store.clock.now() if record is None else _known_until(services, record),
    )
    return Past(steps, known)


def _known_until(services: Services, record: MachineRecord) -> datetime:
    """Until when it is known that a machine is as it is held."""
    return seen_at(services, record) if is_line_stale(services) else services.store.clock.now()


def _steps_of(services: Services, machine_id: str) -> tuple[Step, ...]:
    """The transitions of a machine seen from this computer, oldest first."""
    return tuple(
        Step(
            at=transition.at,
            phase=transition.phase,
            desired_state=transition.desired_state,
            reason=transition.reason,
            cause=transition.cause,
        )
        for transition in services.store.history_of(machine_id)
    )


def action_label(action_id: str) -> str:
    """The words of an action by its id; the id itself for one this version does not know."""
    from dedalus_tui.actions.registry import by_id

    try:
        return by_id(action_id).label
    except KeyError:
        return action_id
