"""A log that can be handed to anyone: it holds no name, number, address, sum or note.

The message is a constant of the program; of its arguments only what cannot be personal is
written: small numbers, yes and no, ids. A traceback is kept as places in the code and the kind of
error, without the error's words. Control characters and direction marks never reach the file.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from agent_app.domain.errors import DoorstepError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{32,128}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/+-]{0,63}")
_LONG_NUMBER = re.compile(r"\d{5}")
_UNSAFE = re.compile(r"[^\x20-\x7e]")
LARGEST_NUMBER = 9_999
"""Counts and seconds fit; account numbers, telephone numbers and sums in fen hardly ever do."""

Fields = tuple[Any, ...] | Mapping[str, Any]


def configure(path: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Send all logging to `path` (1 MiB, three kept), redacted; returns the handler to close."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=3, encoding="ascii")
    handler.setFormatter(Redacting())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


class Redacting(logging.Formatter):
    """One line a record: time, level, logger, message, then the place of an error."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(_redacted(record))
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)

    def formatException(self, ei: Any) -> str:
        return ""


def _redacted(record: logging.LogRecord) -> logging.LogRecord:
    plain = logging.makeLogRecord(record.__dict__)
    ours = record.name.partition(".")[0] in ("agent_app", "sync", "ui")
    plain.msg = record.msg if ours and isinstance(record.msg, str) else "(a library's message)"
    plain.args = _shown_all(record.args) if ours and record.args else ()
    if record.exc_info and record.exc_info[0]:
        plain.msg = f"{plain.msg} | {places(record.exc_info[1], record.exc_info[2])}"
        plain.exc_info = plain.exc_text = None
    plain.stack_info = None
    return plain


def _shown_all(given: Fields) -> Fields:
    if isinstance(given, Mapping):
        return {name: shown(value) for name, value in given.items()}
    return tuple(shown(value) for value in given)


def shown(value: Any) -> Any:
    """`value` if it cannot be personal, else what kind of thing it was."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= LARGEST_NUMBER else f"<{type(value).__name__}>"
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str):
        return value if _harmless(value) else f"<str:{len(value)}>"
    return f"<{type(value).__name__}>"


def _harmless(text: str) -> bool:
    if _UUID.fullmatch(text) or _HASH.fullmatch(text):
        return True
    return bool(_WORD.fullmatch(text)) and not _LONG_NUMBER.search(text)


def places(error: BaseException | None, trace: TracebackType | None) -> str:
    """The kind of error and where it passed, as `Type at file:line in function < …`.

    The words of an error may quote a row, so they are left out; ours are named by class too.
    """
    steps = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in reversed(traceback.extract_tb(trace))
    ]
    kind = type(error).__name__
    cause = error.__cause__ if error is not None else None
    because = f" because {type(cause).__name__}" if cause is not None else ""
    ours = "" if isinstance(error, DoorstepError) else "!"
    return f"{kind}{ours}{because} at {' < '.join(steps[:12])}"
