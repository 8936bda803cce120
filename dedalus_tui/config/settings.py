"""Every setting: type, default, meaning. Frozen values; `load.py` fills them in.

Named tuples: they are needed before the first paint, and the making of any richer class costs
more than reading the settings does.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_BASE_URL = "https://dcs.dedaluslabs.ai"


class Rates(NamedTuple):
    """What things cost, as the person read it somewhere: the API knows no prices."""

    vcpu_hour: float
    """Per vCPU and hour awake."""
    memory_gib_hour: float
    """Per GiB of memory and hour awake."""
    disk_gib_hour: float
    """Per GiB of disk and hour, awake or asleep."""
    currency: str = "$"
    """Put before amounts."""
    as_of: str = ""
    """The date of the price list, shown beside every amount."""


class TerminalSettings(NamedTuple):
    """Terminals of machines inside the dashboard."""

    scrollback_lines: int = 10_000
    """Lines each terminal keeps above its screen."""
    leave_key: str = "ctrl+right_square_bracket"
    """The one key the program in the terminal does not get (twice sends it)."""
    allows_clipboard: bool = True
    """Programs may write the clipboard (OSC 52); each time is shown."""
    rings_bell: bool = True
    """A bell is passed on; otherwise it only marks the tab."""


class Settings(NamedTuple):
    """What the person decided before the program starts."""

    base_url: str = DEFAULT_BASE_URL
    """The deployment, without `/v1`."""
    org_id: str | None = None
    """Sent as X-Dedalus-Org-Id."""
    profile: str = ""
    """Name of the chosen profile; empty when none is."""
    is_profile_explicit: bool = False
    """The profile was named on the command line, so its own key goes before the environment's."""
    api_key_command: tuple[str, ...] = ()
    """A program that prints the API key, with its arguments."""
    custom_headers: Mapping[str, str] = MappingProxyType({})
    """Sent with every request; may hold secrets."""
    if_match: bool = False
    """Fence changes with the revision seen, where the service honours If-Match."""
    read_only: bool = False
    """Only look: everything that changes something is off."""
    header_colour: str = ""
    """A colour name or #rrggbb for the header, so that profiles cannot be confused."""
    theme: str = ""
    """A theme's name; empty leaves it to the choice made inside the program."""
    ascii: bool = False
    """Draw with ASCII only."""
    motion: bool = True
    """Spinners and other movement."""
    mouse: bool = True
    """Take mouse events from the terminal."""
    refresh_seconds: float = 3.0
    """Between two lists while the fleet is looked at."""
    keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Keys by action id, in place of the action's own."""
    rates: Rates | None = None
    """Without them no money is shown anywhere."""
    terminal: TerminalSettings = TerminalSettings()
    error_patterns: tuple[str, ...] = ()
    """Regular expressions of lines that also count as errors in a command's output."""
    ssh_public_key: Path | None = None
    """A public key to certify instead of an ephemeral one; its private key must stand beside it."""
    warnings: tuple[str, ...] = ()
    """What was odd but no reason to stop, in words; shown once at the start."""

    def __repr__(self) -> str:
        """Without headers and commands, which may hold secrets."""
        shown = self._replace(api_key_command=(), custom_headers=MappingProxyType({}))
        return f"Settings{tuple(shown)}"
