"""docs/proof.md shows how to check a bundle with a shell: its very lines are run here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from agent_app.journal import bundle
from tests.support.bundles import Evidence, redact
from tests.support.journals import Device, Hardware

DOCS = Path(__file__).parents[3] / "docs"
NEEDED = ("sh", "unzip", "jq", "xxd", "openssl", "sha256sum", "base64")


@pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"needs the commands {', '.join(NEEDED)}"
)
@pytest.mark.parametrize("device", [Device(), Hardware()])
def test_the_lines_in_the_manual_prove_an_honest_bundle(device: Device, tmp_path: Path) -> None:
    """One with a software key as it is, one with a hardware key of which the crew is hidden."""
    (lines,) = re.findall(r"```sh\n(.*?)```", (DOCS / "proof.md").read_text("utf-8"), re.DOTALL)
    evidence, path = Evidence(device), tmp_path / "visit.bundle"
    evidence.write(path, maker=evidence.own_maker())
    if isinstance(device, Hardware):
        whole = bundle.read(path)
        hide = {event.id: ("crew", "at") for event in whole.events}
        redact(whole, path, hide=hide, maker=evidence.own_maker())
    done = subprocess.run(
        ["sh", "-c", lines], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said.count("Signature Verified Successfully") == 4
    key, *hashes = [line for line in said if "Verified" not in line]
    assert key.startswith("ed25519:")
    assert len(hashes) == 6
    assert hashes[::2] == hashes[1::2]
