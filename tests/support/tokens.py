"""A security key to test with: SoftHSM, the driver everybody tests PKCS #11 with."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent_app.vault.hardware import HardwareKey
from agent_app.vault.keymaking import Chosen, make_key
from agent_app.vault.token import Token, present

PIN = "246810"
_DRIVERS = ("usr/lib/softhsm/libsofthsm2.so", "usr/lib*/*/softhsm/libsofthsm2.so",
    "usr/lib*/pkcs11/libsofthsm2.so", "opt/homebrew/lib/softhsm/libsofthsm2.so")  # fmt: skip


def driver() -> str:
    """SoftHSM's library; skips where it is not installed."""
    found = (str(path) for one in _DRIVERS for path in sorted(Path("/").glob(one)))
    path = next(found, None)
    if path is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed here (Debian: softhsm2)")
    return path


@dataclass
class Stick:
    """A security key that can be pulled out and put back."""

    folder: Path
    driver: str = field(default_factory=driver)

    @classmethod
    def plugged(cls, folder: Path, monkeypatch: pytest.MonkeyPatch, label: str = "UKey") -> Stick:
        """A fresh one, in the only slot of this machine."""
        stick = cls(folder)
        stick.tokens.mkdir(parents=True)
        (folder / "conf").write_text(
            f"directories.tokendir = {stick.tokens}\nlog.level = ERROR\n", "utf-8"
        )
        monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        stick.format(label)
        return stick

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens"

    def format(self, label: str) -> None:
        """One more token, with the PIN of all of them."""
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label,
             "--so-pin", "12345678", "--pin", PIN],
            check=True,
            capture_output=True,
            env={**os.environ, "SOFTHSM2_CONF": str(self.folder / "conf")},
        )  # fmt: skip

    def token(self) -> Token:
        (one,) = present([self.driver])
        return one

    def key(self) -> HardwareKey:
        """A fresh key in it."""
        return make_key(Chosen(self.token(), PIN))

    def pull(self) -> None:
        self.tokens.rename(self.folder / "pocket")
        self.tokens.mkdir()

    def put_back(self) -> None:
        self.tokens.rmdir()
        (self.folder / "pocket").rename(self.tokens)
