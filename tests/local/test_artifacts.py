"""Artifacts: what a real run leaves, read whole and in parts, and fetched by the real client."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.faults import CloudFault, NotFound
from dedalus_tui.store.artifact_download import Progress, SpoiledError, download
from tests.local import harness, runs, wishes

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.domain.artifact import Artifact

BIG = 3_000_000
LEAVE = f"""
mkdir -p "$DEDALUS_ARTIFACTS_DIR/sub"
echo report > "$DEDALUS_ARTIFACTS_DIR/report.txt"
head -c {BIG} /dev/urandom > "$DEDALUS_ARTIFACTS_DIR/sub/data.bin"
"""


def client_of(cloud: harness.RunningCloud) -> CloudClient:
    return CloudClient(base_url=cloud.base_url, credentials=Credentials(api_key=cloud.api_key))


async def left_by_a_run(
    cloud: harness.RunningCloud, client: CloudClient
) -> tuple[Artifact, Artifact]:
    """(report.txt, sub/data.bin) of a fresh machine."""
    machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
    runs.shell(cloud, machine_id, LEAVE)
    found = [each async for page in client.artifacts.pages(machine_id) for each in page.items]
    by_name = {each.name: each for each in found}
    assert set(by_name) == {"report.txt", "sub/data.bin"}
    return by_name["report.txt"], by_name["sub/data.bin"]


async def test_a_run_leaves_files_that_download_and_verify(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        client = client_of(cloud)
        small, big = await left_by_a_run(cloud, client)
        seen: list[Progress] = []
        path = await download(client.artifacts, big, tmp_path / "in", on_progress=seen.append)
        assert path.name == "data.bin"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == big.sha256
        assert seen[-1] == Progress(BIG, BIG, 0)
        again = await download(client.artifacts, big, tmp_path / "in")
        assert again.name == "data (2).bin"
        text = await download(client.artifacts, small, tmp_path / "in")
        assert text.read_text() == "report\n"
        assert {each.name for each in (tmp_path / "in").iterdir()} == {
            "data.bin", "data (2).bin", "report.txt",
        }  # fmt: skip
        await client.aclose()


async def test_a_cut_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        client = client_of(cloud)
        _, big = await left_by_a_run(cloud, client)
        await cloud.fault(path="/content$", cut_after_bytes=1_000_000, times=1)
        with pytest.raises(CloudFault):
            await download(client.artifacts, big, tmp_path / "in")
        seen: list[Progress] = []
        path = await download(client.artifacts, big, tmp_path / "in", on_progress=seen.append)
        assert 0 < seen[0].resumed_at <= 1_000_000
        assert hashlib.sha256(path.read_bytes()).hexdigest() == big.sha256
        await client.aclose()


async def test_a_spoiled_file_is_told_and_not_kept(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        client = client_of(cloud)
        small, _ = await left_by_a_run(cloud, client)
        _, _, execution = cloud.ask(
            "GET", f"/v1/machines/{small.machine_id}/executions/{small.execution_id}"
        )
        _, _, inside = cloud.ask("GET", f"/_local/machines/{small.machine_id}")
        folder = tmp_path.__class__(inside["directory"]) / "executions" / execution["execution_id"]
        (folder / "artifacts" / "report.txt").write_text("REPORT\n")
        with pytest.raises(SpoiledError, match="sha256"):
            await download(client.artifacts, small, tmp_path / "in")
        (folder / "artifacts" / "report.txt").write_text("longer than before\n")
        with pytest.raises(SpoiledError, match="bytes came"):
            await download(client.artifacts, small, tmp_path / "in")
        assert list((tmp_path / "in").iterdir()) == []
        await client.aclose()


async def test_it_can_be_deleted_and_expires(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        client = client_of(cloud)
        small, big = await left_by_a_run(cloud, client)
        await client.artifacts.delete(small.machine_id, small.artifact_id, key="delete-1")
        with pytest.raises(NotFound):
            await client.artifacts.get(small.machine_id, small.artifact_id)
        await cloud.freeze()
        await cloud.step(8 * 86_400)
        path = f"/v1/machines/{big.machine_id}/artifacts"
        assert cloud.ask("GET", path)[2]["items"] == []
        await client.aclose()


async def test_a_link_in_its_place_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    async with await harness.serve(tmp_path) as cloud:
        client = client_of(cloud)
        small, _ = await left_by_a_run(cloud, client)
        _, _, inside = cloud.ask("GET", f"/_local/machines/{small.machine_id}")
        folder = tmp_path.__class__(inside["directory"]) / "executions" / str(small.execution_id)
        file = folder / "artifacts" / "report.txt"
        file.unlink()
        file.symlink_to(tmp_path / "secret")
        assert cloud.ask("GET", str(small.download_url))[0] == 404
        await client.aclose()
