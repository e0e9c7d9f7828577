"""The console a command writes to: any, also one that knows no Chinese."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def take_any_letter() -> None:
    """What the console's encoding lacks is written out (`\\u4e0a`) instead of breaking off."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
