"""Previews, or ports: opening an address in the browser, and the calls behind their tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Scope
from dedalus_tui.actions.permission import why_not_usable

if TYPE_CHECKING:
    from dedalus_tui.domain.preview import Preview, PreviewSpec
    from dedalus_tui.store.cloud import Store

_SOONEST, _LATEST = 0.25, 60.0
_USUAL_SECONDS = 0.5
MOST_LOOKS = 120
"""Then the tab's own listing has to do."""

ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.open_url",
        label="Open in the browser",
        footer="",
        help="Open the address of a port in the browser, or go to where one is made.",
        keys=("o",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
        needs_line=True,
        permitted=why_not_usable,
    ),
    Action(
        id="machine.previews",
        label="Ports",
        footer="",
        help="Show the ports of the machine that have an address.",
        keys=("O",),
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
    ),
    Action(
        id="app.previews",
        label="Ports of all machines",
        footer="",
        help="Show the ports of all machines that have an address; wakes none.",
        scope=Scope.APP,
        group="Application",
    ),
)


async def open_preview(store: Store, machine_id: str, spec: PreviewSpec) -> Preview:
    """Open a port, or use the ready preview that is just like it; wakes a sleeping machine.

    Raises CloudFault.
    """
    from dedalus_tui.api.keys import new_wish_key

    await store.previews.load(machine_id, force=True)
    for held in store.previews.of(machine_id):
        same = (held.port, held.protocol) == (spec.port, spec.protocol)
        # A port is for whom the service decides.
        if not held.is_port:
            same = same and held.visibility == spec.visibility
        if same and held.status == "ready" and held.url:
            return held
    made = await store.client.addresses.create(machine_id, spec, key=new_wish_key())
    store.previews.note(machine_id, made)
    return made


async def follow_preview(store: Store, machine_id: str, preview: Preview) -> Preview:
    """Look at it, as often as the service wishes, until it is ready or never will be.

    Raises CloudFault.
    """
    for _ in range(MOST_LOOKS):
        if preview.status == "ready" or preview.is_ended:
            break
        hint = preview.retry_after_ms
        seconds = _USUAL_SECONDS if hint is None else hint / 1000
        await store.clock.sleep(min(_LATEST, max(_SOONEST, seconds)))
        # The answer's machine id counts: a service may spell it otherwise.
        preview = await store.client.addresses.get(preview)
        store.previews.note(machine_id, preview)
    return preview


async def close_preview(store: Store, preview: Preview) -> None:
    """Take the address away. Raises CloudFault."""
    from dedalus_tui.api.keys import new_wish_key

    ended = await store.client.addresses.delete(preview, key=new_wish_key())
    store.previews.note(preview.machine_id, ended)
