"""The evidence of the day's first visit: written by the office, checked by a stranger's eyes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from agent_app.verify import verify_file
from ui.tour.day import Company, Day
from ui.tour.hand import NotThere
from ui.tour.report import Report


def check_evidence(company: Company, day: Day, report: Report) -> None:
    """Export `visit.bundle`, verify it and both papers, break one byte and see that noticed."""
    out = company.out
    bundle = out / "visit.bundle"
    with report.step("证据包 visit.bundle, doorstep verify") as counts:
        company.office.run("bundle", day.visit, str(bundle.resolve()))
        told = verify_file(bundle)
        if not told.ok:
            raise NotThere(f"a bundle that proves: {told.broken}")
        counts["bytes"] = bundle.stat().st_size
    with report.step("改动一个字节即被发现 one flipped byte"):
        data = bytearray(bundle.read_bytes())
        data[len(data) // 2] ^= 1
        altered = out / "altered.tmp"
        altered.write_bytes(data)
        try:
            if verify_file(altered).ok:
                raise NotThere("the altered byte noticed")
        finally:
            altered.unlink()
    with report.step("外部工具核对签名与字体 pdfsig, pdffonts, pdftotext") as counts:
        counts |= _other_tools(out / "agreement.pdf")


def _other_tools(pdf: Path) -> dict[str, str]:
    """What poppler says of the agreement; where it is not installed, that it is not."""
    if not shutil.which("pdfsig"):
        return {"poppler": "not installed"}

    def run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        return done.stdout + done.stderr

    signature = run("pdfsig", "-nocert", str(pdf))
    if "Signature is Valid" not in signature:
        raise NotThere(f"a signature pdfsig calls valid: {signature}")
    fonts = run("pdffonts", str(pdf)).splitlines()[2:]
    if not fonts or any(line.split()[-5] != "yes" for line in fonts):
        raise NotThere(f"every font embedded: {fonts}")
    if "还款" not in run("pdftotext", str(pdf), "-"):
        raise NotThere("the Chinese text")
    return {"pdfsig": "valid", "fonts": str(len(fonts)), "python": sys.version.split()[0]}
