"""Terminals and files: recordings, saved history, the pager."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from dedalus_tui.ui.compat import suspended
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from dedalus_tui.store.terminal_session import TerminalSession
    from dedalus_tui.ui.screens.terminal_bench import TerminalBench


async def start_recording(screen: TerminalBench, session: TerminalSession) -> None:
    """Ask where to, then record. What is typed is masked."""
    name = f"{_safe(screen.machine_words(session.machine_id))}-{_stamp(screen)}.cast"
    path = await _ask_for_path(screen, "Record", name, "What you type is masked.")
    if path is None:
        return
    try:
        session.start_recording(path)
    except OSError as error:
        screen.flash(f"not recorded: {error.strerror or error}", Role.BAD)
        return
    screen.flash(f"recording to {path}; {screen.keys_of('terminal.record')} stops", Role.OK)
    screen.refresh_header()


async def save_text(screen: TerminalBench, text: str) -> None:
    """Ask where to, then write what went by; only its owner can read it."""
    path = await _ask_for_path(screen, "Save", f"terminal-{_stamp(screen)}.txt", "")
    if path is None:
        return
    try:
        await asyncio.to_thread(_write_new, path, text)
    except OSError as error:
        screen.flash(f"not saved: {error.strerror or error}", Role.BAD)
    else:
        screen.flash(f"saved {path}", Role.OK)


async def open_in_pager(screen: TerminalBench, text: str) -> None:
    """Show what went by in $PAGER, and come back when it ends."""
    command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="dedalus-tui-") as file:
        file.write(text)
        file.flush()
        try:
            with suspended(screen.app):
                process = await asyncio.create_subprocess_exec(*command, file.name)
                await process.wait()
        except SuspendNotSupported:
            screen.flash("a pager cannot be shown here")
        except OSError as error:
            screen.flash(f"{command[0]} does not start: {error.strerror}", Role.BAD)


async def _ask_for_path(screen: TerminalBench, title: str, name: str, hint: str) -> Path | None:
    from dedalus_tui.ui.dialogs.prompt import PromptDialog

    answer = await screen.app.push_screen_wait(
        PromptDialog(title, "file", value=name, hint=hint, accept_label=title)
    )
    return Path(os.path.expanduser(answer)) if answer else None  # noqa: ASYNC240 - reads no file


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def _stamp(screen: TerminalBench) -> str:
    return screen.services.store.clock.now().astimezone().strftime("%Y%m%d-%H%M%S")


def _safe(words: str) -> str:
    return re.sub(r"[^\w.-]+", "-", words).strip("-.") or "terminal"
