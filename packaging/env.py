"""Make `.venv` with everything Doorstep needs, on Linux, macOS and Windows. Runs on a bare Python.

    python3 packaging/env.py

Quick when nothing changed. On Debian and Ubuntu it installs Qt's system libraries with apt when
that is allowed, and otherwise prints the one line to run.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "doorstep.stamp"

LIBRARIES = {
    # Debian package: a library of it that Qt loads
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libpulse0": "libpulse.so.0",
    "libxrandr2": "libXrandr.so.2",
    "libxext6": "libXext.so.6",
    "libdrm2": "libdrm.so.2",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
COMMANDS = {"poppler-utils": "pdfsig", "qpdf": "qpdf", "softhsm2": "softhsm2-util"}


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - runs before any environment exists
        print("Doorstep needs Python 3.11 or newer", file=sys.stderr)
        return 1
    if sys.platform.startswith("linux"):
        install_libraries()
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    make_environment()
    STAMP.write_text(wanted)
    return 0


def make_environment() -> None:
    python = BIN / ("python.exe" if os.name == "nt" else "python")
    if not python.exists():
        print("making .venv", flush=True)
        venv.create(VENV, with_pip=True)
    run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    uv = str(BIN / ("uv.exe" if os.name == "nt" else "uv"))
    settings = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    run(uv, "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK), env=settings)
    run(uv, "pip", "install", "--quiet", "--no-deps", "-e", str(ROOT), env=settings)


def install_libraries() -> None:
    """Qt's libraries, what the tests compare and try with, and venv where Debian left it out."""
    missing = [package for package, library in LIBRARIES.items() if not loads(library)]
    missing += [package for package, command in COMMANDS.items() if not shutil.which(command)]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if not missing:
        return
    line = "apt-get install --yes --no-install-recommends " + " ".join(missing)
    if shutil.which("apt-get") and os.geteuid() == 0:
        print(f"installing {' '.join(missing)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "--quiet=2", env=quiet)
        run(*line.split(), "--quiet=2", env=quiet, stdout=subprocess.DEVNULL)
    else:
        print(f"Qt needs some system libraries. Please run:\n\n    sudo {line}\n", file=sys.stderr)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def run(*command: str, **options: object) -> None:
    subprocess.run(command, check=True, **options)  # type: ignore[call-overload]


if __name__ == "__main__":
    raise SystemExit(main())
