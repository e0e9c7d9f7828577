"""The bundle's own verifier where only the standard library and `cryptography` exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ONLY_CRYPTOGRAPHY = """
import runpy, sys
from importlib.abc import MetaPathFinder
class Bare(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        known = {"cryptography", "cffi", "_cffi_backend", *sys.stdlib_module_names}
        if name.partition(".")[0] not in known:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Bare())
script, sys.argv = sys.argv[1], sys.argv[1:]
if sys.argv[1] != "--all":
    runpy.run_path(script, run_name="__main__")
else:
    verifier = runpy.run_path(script)
    for name in sys.argv[2:]:
        try:
            verifier["check"](open(name, "rb").read())
            print()
        except verifier["Broken"] as broken:
            print(verifier["say"](broken.args, "zh_TW"))
"""


def run_clean(script: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier where nothing but the standard library and cryptography exists."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", ONLY_CRYPTOGRAPHY, str(script), str(path)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
