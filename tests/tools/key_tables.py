"""The README's tables of keys, made from the registry of actions.

python -m tests.tools.key_tables        writes them between the marks in README.md
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dedalus_tui.actions.registry import ACTIONS
from dedalus_tui.ui.bindings import key_words

if TYPE_CHECKING:
    from dedalus_tui.actions.action import Action

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"


def tables() -> str:
    """One table a group, in the order of the registry."""
    groups: dict[str, list[Action]] = {}
    for action in ACTIONS:
        groups.setdefault(action.group, []).append(action)
    parts = []
    for group, actions in groups.items():
        parts += [f"**{group}**", "", "| key | what it does |", "| --- | --- |"]
        parts += [f"| {_keys(action)} | {_cell(action.help)} |" for action in actions]
        parts.append("")
    return "\n".join(parts)


def _keys(action: Action) -> str:
    if not action.keys:
        return "from `:` or ctrl-p"
    return " ".join(f"`{_cell(key_words((key,)))}`" for key in action.keys)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_tables(readme: str) -> str:
    """The README with its tables made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def main() -> None:
    """Write the README."""
    README.write_text(with_tables(README.read_text()))


if __name__ == "__main__":
    main()
