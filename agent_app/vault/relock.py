"""Locking: the only way to clear a Python process of keys is to become another one.

After `del` and a collection thousands of copies remain; after exec, none (security.md §0.7).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn


def restart_locked(close: Callable[[], None], arguments: Sequence[str]) -> NoReturn:
    """Close the store, then begin again as a fresh process at the lock screen.

    `arguments` follow the interpreter, for example ("-m", "ui.main"). Does not return.
    """
    close()
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, *arguments]
    if sys.platform == "win32":
        subprocess.Popen(command)
        os._exit(0)
    os.execv(sys.executable, command)  # noqa: S606  (our own interpreter, our own arguments)
