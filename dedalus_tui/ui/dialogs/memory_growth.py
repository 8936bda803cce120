"""Whether all machines of the organisation may get more memory: what holds now, and the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from textual.app import App

    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services

TITLE = "Memory growth of all machines"
_ABOUT = "memory growth"


async def change_memory_growth(app: App[Any], services: Services) -> None:
    """Tell what holds, ask whether to change it, change it. Await it in a worker."""
    growth = services.store.memory_growth
    try:
        grows = await growth.of_all()
    except CloudFault as fault:
        services.say(f"{TITLE}: {explain(fault, about=_ABOUT).sentences}")
        return
    if grows is None:
        services.say(f"{TITLE}: the service does not say how it is set")
        return
    dialog = ConfirmDialog(
        TITLE, _lines(grows=grows), accept_label="Keep memory" if grows else "Let it grow"
    )
    if not await app.push_screen_wait(dialog):
        return
    try:
        await growth.set_for_all(enabled=not grows)
    except CloudFault as fault:
        services.say(f"not changed: {explain(fault, about=_ABOUT).sentences}")
        return
    services.say(
        "no machine gets more memory by itself any more"
        if grows
        else "every machine may get more memory by itself"
    )


def _lines(*, grows: bool) -> tuple[Line, ...]:
    if grows:
        return (
            (("The service may give every machine more memory now.", Role.TEXT),),
            (("Memory that was added stays, also what is being added.", Role.MUTED),),
        )
    return (
        (("Only machines for which it was allowed may get more memory now.", Role.TEXT),),
        (("The service may then give any machine of the organisation more.", Role.WARN),),
    )
