"""A TPM 2.0 to test with: swtpm, an emulation, behind tpm2-pkcs11, the driver of real ones."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_app.vault.hardware import HardwareKey
from agent_app.vault.keymaking import Chosen, make_key
from agent_app.vault.token import Token, present
from tests.support.tokens import PIN

NEEDED = ("swtpm", "tpm2_ptool", "tpm2_flushcontext")
_TOOLS = ("create", "createprimary", "load", "evictcontrol")


def driver() -> str:
    """tpm2-pkcs11's library; skips where it or the emulator is not installed."""
    found = [path for one in ("pkcs11/libtpm2_pkcs11.so", "*/pkcs11/libtpm2_pkcs11.so")
             for path in sorted(Path("/usr/lib").glob(one))]  # fmt: skip
    missing = [one for one in NEEDED if shutil.which(one) is None]
    if not found or missing:
        pytest.skip(
            "needs swtpm, tpm2-tools, libtpm2-pkcs11-1, libtpm2-pkcs11-tools, libtss2-tcti-swtpm0"
        )
    return str(found[0])


@dataclass
class Chip:
    """The TPM of one computer, and the tokens tpm2-pkcs11 keeps beside it."""

    folder: Path
    driver: str

    @classmethod
    def soldered(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Chip:
        """A running one with one token, and this process set up to find it."""
        chip = cls(folder, driver())
        for name in ("state", "store", "bin"):
            (folder / name).mkdir(parents=True)
        socket = f"swtpm:path={folder / 'sock'}"
        for name in ("TPM2TOOLS_TCTI", "TPM2_PKCS11_TCTI"):
            monkeypatch.setenv(name, socket)
        monkeypatch.setenv("TPM2_PKCS11_STORE", str(chip.store))
        monkeypatch.setenv("TSS2_LOG", "all+none")
        monkeypatch.setenv("TPM2_PKCS11_LOG_LEVEL", "0")
        chip.start()
        chip._add_token()
        return chip

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def start(self) -> None:
        run("swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder / 'state'}",
            "--ctrl", f"type=unixio,path={self.folder / 'sock.ctrl'}",
            "--server", f"type=unixio,path={self.folder / 'sock'}",
            "--flags", "not-need-init,startup-clear",
            "--daemon", "--pid", f"file={self.folder / 'pid'}")  # fmt: skip

    def stop(self) -> None:
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / "pid").read_text("utf-8")), signal.SIGTERM)

    def flush(self) -> None:
        """Forget what a killed process left in it, as the kernel does for a real one."""
        for one in ("-t", "-l", "-s"):
            run("tpm2_flushcontext", one)

    def token(self) -> Token:
        (one,) = present([self.driver])
        return one

    def key(self) -> HardwareKey:
        return make_key(Chosen(self.token(), PIN))

    def _add_token(self) -> None:
        """Each tool leaves its objects in a TPM that no kernel tidies: flushed after each."""
        for name in _TOOLS:
            tool = self.folder / "bin" / f"tpm2_{name}"
            tool.write_text(f'#!/bin/sh\n{shutil.which(tool.name)} "$@"; said=$?\n'
                            "tpm2_flushcontext -t >/dev/null 2>&1; exit $said\n")  # fmt: skip
            tool.chmod(0o700)
        path = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        run("tpm2_ptool", "init", env=path)
        run("tpm2_ptool", "addtoken", "--pid=1", "--label=doorstep", "--sopin=12345678",
            f"--userpin={PIN}", env=path)  # fmt: skip
        self.flush()


def run(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, env=env)
