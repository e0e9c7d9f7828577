"""What the two kinds of recorded cases share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

UNREPEATABLE = re.compile(r"\b(?:now|today|random|uuid)\s*\(")
TODAY = re.compile(r"\b(?:now|today)\s*\(")
Case = Mapping[str, Any]
Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]
