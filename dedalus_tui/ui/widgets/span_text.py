"""Lines of spans, each drawn in the colour of its role. Never parses markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedalus_tui.ui.present.roles import Line

_BOLD_ROLES = frozenset({"strong", "key", "mark"})


class SpanText(Widget):
    """Some lines of text whose spans have roles; as high as it has lines."""

    DEFAULT_CSS = """
    SpanText {
        width: 1fr;
        height: auto;
    }
    """

    def __init__(
        self,
        lines: Iterable[Line] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Lines already fit for the screen (`present.text`)."""
        super().__init__(id=id, classes=classes)
        self._lines = tuple(lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def show(self, lines: Iterable[Line]) -> None:
        """Show other lines; nothing happens when they say the same."""
        new = tuple(lines)
        if new == self._lines:
            return
        self._lines = new
        self.refresh(layout=True)

    def render(self) -> Content:
        """The lines as styled text."""
        return lines_content(self._lines, self.app.theme_variables)


def lines_content(lines: Iterable[Line], variables: Mapping[str, str]) -> Content:
    """Lines as Textual content, styled with the variables of the theme in use."""
    return Content("\n").join(
        Content.assemble(*((text, role_style(role, variables)) for text, role in line))
        for line in lines
    )


def role_style(role: str, variables: Mapping[str, str]) -> str:
    """A role as a Textual style."""
    style = f"$role-{role}" if f"role-{role}" in variables else "$foreground"
    if role in _BOLD_ROLES:
        style = f"bold {style}"
    if role == "muted" and variables.get("ground-base") == "ansi_default":
        style = f"dim {style}"  # the terminal's own colours have no quieter text
    return style
