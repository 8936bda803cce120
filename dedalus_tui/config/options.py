"""What was said on the command line, and a quick way to read what is usual there.

argparse takes as long as a tenth of everything else until the first paint (it imports gettext and
builds regular expressions). Flags that stand alone or with one value are read here; everything
else, help and every mistake, is left to argparse.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

PACES = ("instant", "quick", "real")
SEEDS = ("demo", "empty")


class Options:
    """The flags; None where a flag was not given and the settings decide."""

    command: str | None = None
    machine: str = ""
    """Of `attach`: its id, the end of its id, or its name."""
    terminal: str | None = None
    profile: str | None = None
    base_url: str | None = None
    org: str | None = None
    read_only: bool | None = None
    config: str | None = None
    state_dir: str | None = None
    theme: str | None = None
    ascii: bool | None = None
    motion: bool | None = None
    mouse: bool | None = None
    is_local: bool = False
    local_pace: Literal["instant", "quick", "real"] = "quick"
    local_seed: Literal["demo", "empty"] = "demo"


_VALUES = {
    "--profile": "profile",
    "--base-url": "base_url",
    "--org": "org",
    "--config": "config",
    "--state-dir": "state_dir",
    "--theme": "theme",
}
_CHOICES = {"--local-pace": ("local_pace", PACES), "--local-seed": ("local_seed", SEEDS)}
_SWITCHES = {
    "--read-only": ("read_only", True),
    "--ascii": ("ascii", True),
    "--no-motion": ("motion", False),
    "--no-mouse": ("mouse", False),
    "--local": ("is_local", True),
}


def usual_options(words: Sequence[str]) -> Options | None:
    """The options if there is nothing but whole flags with sound values; None otherwise."""
    options = Options()
    rest = iter(words)
    for word in rest:
        if word in _SWITCHES:
            name, switched = _SWITCHES[word]
            setattr(options, name, switched)
            continue
        name, choices = _CHOICES.get(word, (_VALUES.get(word, ""), ()))
        value = next(rest, "")
        if not name or not value or value.startswith("-") or (choices and value not in choices):
            return None
        setattr(options, name, value)
    return options
