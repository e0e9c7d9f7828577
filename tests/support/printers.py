"""A real print service for tests: CUPS with its PDF printer, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CUPS_PDF = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
CONFIG = """
Listen {root}/cups.sock
LogLevel warn
MaxLogSize 0
<Location />
Order allow,deny
</Location>
<Policy default>
<Limit All>
Order allow,deny
</Limit>
</Policy>
"""
FILES = """
ServerRoot {root}
ServerBin /usr/lib/cups
CacheDir {root}/cache
RequestRoot {root}/spool
StateDir {root}
TempDir {root}/tmp
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
"""


@contextmanager
def print_service() -> Iterator[Path]:
    """A print service of our own with a CUPS-PDF queue; the folder it prints into.

    Skips the test where there is no CUPS, no PDF printer, or nobody may start one.
    """
    for tool in ("cupsd", "lpadmin", "lp"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if not CUPS_PDF.exists() or os.geteuid() != 0:
        pytest.skip("there is no CUPS-PDF, or nobody may start it")
    root = Path(tempfile.mkdtemp(prefix="doorstep-cups-"))
    root.chmod(0o755)  # filters run as another user
    for folder in ("cache", "spool", "tmp", "ppd"):
        (root / folder).mkdir()
    (root / "tmp").chmod(0o1777)
    (root / "cupsd.conf").write_text(CONFIG.format(root=root), "utf-8")
    (root / "cups-files.conf").write_text(FILES.format(root=root), "utf-8")
    before = os.environ.get("CUPS_SERVER")
    os.environ["CUPS_SERVER"] = f"{root}/cups.sock"
    command = ["cupsd", "-f", "-c", f"{root}/cupsd.conf", "-s", f"{root}/cups-files.conf"]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not within(10, lambda: (root / "cups.sock").exists() or service.poll() is not None):
            pytest.skip("the print service does not start here")
        added = subprocess.run(
            ["lpadmin", "-p", "Doorstep", "-E", "-v", "cups-pdf:/", "-P", CUPS_PDF],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if added.returncode:
            pytest.skip(f"no queue can be made here: {added.stderr.strip()}")
        yield Path.home() / "PDF"
    finally:
        service.terminate()
        service.wait(10)
        shutil.rmtree(root)
        os.environ.pop("CUPS_SERVER")
        if before is not None:
            os.environ["CUPS_SERVER"] = before


def within(seconds: float, happened: Callable[[], object]) -> bool:
    """Whether it comes true in time; CUPS tells nobody when it is ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False
