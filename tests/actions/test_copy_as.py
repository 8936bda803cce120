"""Commands to paste elsewhere: right, safe to paste, and without a key."""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.actions.copy_as import choices, cli, curl, python
from dedalus_tui.config.settings import DEFAULT_BASE_URL
from dedalus_tui.domain.machine import Machine
from tests.local import wishes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local.harness import RunningCloud

NASTY = "dm-$(touch owned)';\"`\\"


def test_what_is_offered() -> None:
    """The id first; then each way for each verb."""
    found = choices(Machine(machine_id="dm-1"), DEFAULT_BASE_URL)
    assert found[0].text == "dm-1"
    assert len({choice.title for choice in found}) == len(found) == 10
    assert cli("wake", "dm-1", DEFAULT_BASE_URL) == "dedalus machines wake --machine-id dm-1"


def test_another_address_is_named() -> None:
    """What is copied from a local or staging cloud must not reach the real one."""
    for command in (cli, curl, python):
        assert "http://127.0.0.1:1" in command("sleep", "dm-1", "http://127.0.0.1:1")
    assert "base_url" not in python("sleep", "dm-1", DEFAULT_BASE_URL)


def test_ids_are_quoted(tmp_path: Path) -> None:
    """An id from outside runs nothing when it is pasted."""
    assert shlex.split(cli("wake", NASTY, DEFAULT_BASE_URL))[-1] == NASTY
    call = ast.parse(python("wake", NASTY, DEFAULT_BASE_URL)).body[-1]
    assert NASTY in [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
    for command in (cli("wake", NASTY, DEFAULT_BASE_URL), curl("wake", NASTY, DEFAULT_BASE_URL)):
        harmless = f"dedalus() {{ :; }}; curl() {{ :; }}; {command}"
        subprocess.run(["bash", "-c", harmless], cwd=tmp_path, check=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/usr/bin/curl"), reason="needs curl")
def test_curl_does_what_it_says(cloud: RunningCloud) -> None:
    """Pasted into a shell that has the key."""
    machine_id = str(wishes.create(cloud)["machine_id"])
    environment = {"PATH": os.environ["PATH"], "DEDALUS_API_KEY": cloud.api_key}
    for verb in ("retrieve", "sleep"):
        command = curl(verb, machine_id, cloud.base_url)
        assert cloud.api_key not in command
        answer = subprocess.run(
            ["bash", "-c", command], env=environment, capture_output=True, text=True, check=True
        )
        assert machine_id in answer.stdout
    assert wishes.phase(cloud, machine_id) == "sleeping"
