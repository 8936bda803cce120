"""What is typed into the form of a command, made into what the service takes.

Each function raises ValueError with words to stand beside its field.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

MOST_STDIN_BYTES = 1024 * 1024

_SHELL_SIGNS = re.compile(r"[|&;<>$`*?~]|\bcd\s")
_SECRET_NAME = re.compile(r"token|secret|passw|key|credential|auth", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_LONGEST_SECONDS = 7 * 86_400


def command_argv(line: str, *, is_script: bool) -> tuple[str, ...]:
    """The command as a list of words, or as a script for `sh -c`."""
    if not line.strip():
        raise ValueError("a command is needed")
    if is_script:
        return ("sh", "-c", line)
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"not shell words: {str(error).lower()}") from None
    if not words or not words[0]:
        raise ValueError("a command is needed")
    return tuple(words)


def holds_shell_signs(line: str) -> bool:
    """Whether only a shell would give some of its signs their meaning."""
    bare = re.sub(r"'[^']*'", "", line)
    return _SHELL_SIGNS.search(bare) is not None


def is_yes(text: str) -> bool:
    """A switch."""
    if text.lower() in {"y", "yes"}:
        return True
    if text.lower() in {"", "n", "no"}:
        return False
    raise ValueError("yes or no")


def variables(text: str) -> tuple[tuple[str, str], ...]:
    """NAME=value words; quotes as in a shell."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"not shell words: {str(error).lower()}") from None
    found: list[tuple[str, str]] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError("NAME=value, several with blanks between them")
        found.append((name, value))
    return tuple(found)


def looks_secret(text: str) -> bool:
    """Whether there is a value in it that should not be seen, by its name."""
    words = (word.partition("=") for word in text.split())
    return any(value and _SECRET_NAME.search(name) for name, _, value in words)


def stdin_text(text: str) -> str | None:
    """The text itself, or with @path the file's; None when nothing is given."""
    if not text:
        return None
    if not text.startswith("@"):
        return text.replace("\\n", "\n")
    path = Path(text[1:]).expanduser()
    try:
        size = path.stat().st_size
        if size > MOST_STDIN_BYTES:
            raise ValueError(f"too large: {size:,} bytes; at most {MOST_STDIN_BYTES:,}")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text, and nothing else can be sent") from None


def timeout_ms(text: str) -> int | None:
    """30, 30s, 5m, 1h30m; None when nothing is given."""
    if not text:
        return None
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or not any(match.groups()):
        raise ValueError("seconds, or as in 30s, 5m, 1h30m")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= _LONGEST_SECONDS:
        raise ValueError("more than nothing, at most 7 days")
    return max(1, round(total * 1000))
