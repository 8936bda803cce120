"""Words after a command that fill a form: sizes, autosleep, a name, tags. Pure.

Whatever they say, the form opens with it and asks; nothing is done by the words alone.
"""

from __future__ import annotations

from dedalus_tui.actions.machine_create import USUAL
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import NO_CHANGE, MachineChange
from dedalus_tui.domain.sizing import SizingError, normalise_autosleep, parse_sizes
from dedalus_tui.ui.dialogs.checks import check_name, parse_tags
from dedalus_tui.ui.dialogs.create import NewMachine


class ArgumentError(ValueError):
    """A word that means nothing there; says what would."""


def new_machine(words: list[str]) -> NewMachine:
    """What `:new` fills its form with. Raises ArgumentError."""
    spec, label = USUAL, Label()
    for word in words:
        key, is_named, value = word.partition("=")
        try:
            if is_named and key == "name":
                check_name(value)
                label = label._replace(name=value)
            elif is_named and key in {"tag", "tags"}:
                label = label._replace(tags=(*label.tags, *parse_tags(value)))
            elif is_named and key == "autosleep":
                spec = spec._replace(autosleep=normalise_autosleep(value))
            elif "/" in word:
                cores, memory, storage = parse_sizes(word)
                spec = spec._replace(
                    vcpu=cores or spec.vcpu,
                    memory_mib=memory or spec.memory_mib,
                    storage_gib=storage or spec.storage_gib,
                )
            elif is_autosleep(word):
                spec = spec._replace(autosleep=normalise_autosleep(word))
            else:
                raise ArgumentError(f"{word}: not a size, autosleep, name= or tag=")
        except ArgumentError:
            raise
        except ValueError as error:
            raise ArgumentError(_about(word, error)) from None
    return NewMachine(spec=spec, label=label)


def sizes(words: list[str]) -> tuple[list[str], MachineChange]:
    """The machines named after `:resize`, and the sizes. Raises ArgumentError."""
    names = [word for word in words if "/" not in word]
    texts = [word for word in words if "/" in word]
    if len(texts) > 1:
        raise ArgumentError("sizes are said once, as in 2/4/20")
    if not texts:
        return names, NO_CHANGE
    try:
        return names, MachineChange(*parse_sizes(texts[0]))
    except SizingError as error:
        raise ArgumentError(_about(texts[0], error)) from None


def autosleep(words: list[str]) -> tuple[list[str], MachineChange]:
    """The machines named after `:autosleep`, and how long they may idle. Raises ArgumentError."""
    if not words or not is_autosleep(words[-1]):
        return words, NO_CHANGE
    return words[:-1], MachineChange(autosleep=normalise_autosleep(words[-1]))


def is_autosleep(word: str) -> bool:
    """True for `never` and durations with units; a bare number is rather part of an id."""
    try:
        return not normalise_autosleep(word).isdigit()
    except SizingError:
        return False


def _about(word: str, error: ValueError) -> str:
    text = str(error)
    return text if text.startswith(word) else f"{word}: {text}"
