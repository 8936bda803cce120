"""Addresses and places in source files that a line of output names."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINKS = 20
"""Links looked for in one line."""

_LINK = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'`\\^{|}]+)"
    r"|File \"(?P<python>[^\"]+)\", line (?P<python_line>\d+)"
    r"|(?P<path>(?:[A-Za-z]:)?[\w.@+~/\\-]*[\w-]\.[A-Za-z][A-Za-z0-9]{0,6})"
    r"(?::(?P<line>\d+)(?::(?P<column>\d+))?|\((?P<paren>\d+)(?:,\d+)?\))"
)
_PLACE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,6}[:(]\d")
"""What every place in a file holds; begins with a fixed character, so most lines cost little."""
_TRAILING = ".,;:!?"
_OPENING = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of a line that leads somewhere."""

    start: int
    end: int
    url: str = ""
    """Set for addresses."""
    path: str = ""
    """Set for places in files, as the program wrote it: a path on the machine."""
    line: int = 0


def find_links(text: str) -> tuple[Link, ...]:
    """The links of one plain line, left to right."""
    if "://" not in text and 'File "' not in text and not _PLACE.search(text):
        return ()
    found: list[Link] = []
    for match in _LINK.finditer(text):
        if len(found) == MOST_LINKS:
            break
        if match["url"]:
            url = _trimmed(match["url"])
            found.append(Link(match.start(), match.start() + len(url), url=url))
        elif match["python"]:
            number = int(match["python_line"])
            found.append(Link(match.start(), match.end(), path=match["python"], line=number))
        else:
            number = int(match["line"] or match["paren"])
            found.append(Link(match.start(), match.end(), path=match["path"], line=number))
    return tuple(found)


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it."""
    url = url.rstrip(_TRAILING)
    while url.endswith(tuple(_OPENING)) and url.count(url[-1]) > url.count(_OPENING[url[-1]]):
        url = url[:-1].rstrip(_TRAILING)
    return url
