"""Reading a stranger's table in a process of its own, with little memory and time, and killed after.

A parser that a file makes run for ever, eat all memory or crash takes nothing with it but this
file. Where the system knows limits (Linux, macOS) the process sets them on itself before it has
seen a byte of it: then it can open nothing any more, no file and no connection. Everywhere it is
killed when its time is over. What comes back is JSON of a known shape, never objects.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports import decode
from sync.server.imports.header import Place
from sync.server.imports.mapping import FileMapping
from sync.server.imports.table import Table, read_tables


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of address space; seconds of CPU, and twice that on the clock."""

    memory: int = 2 << 30
    seconds: int = 60


_SPENT = 3
"""How the process ends when its memory is used up."""
_ENDED_BY_LIMIT = (-9, -24)
"""SIGKILL, SIGXCPU."""


class _Asked(msgspec.Struct):
    name: str
    size: int
    mappings: list[FileMapping]
    encoding: str | None
    limits: Limits


class _Sheet(msgspec.Struct):
    """A table, its mapping by place among those asked with."""

    name: str
    width: int
    places: list[Place]
    rows: list[tuple[int, list[str]]]
    mapping: int
    cut: bool


class _Told(msgspec.Struct):
    """Either the tables, or why there is none."""

    sheets: list[_Sheet] = []
    faults: list[Fault] = []


def read_apart(
    content: bytes,
    name: str,
    mappings: Sequence[FileMapping],
    encoding: str | None = None,
    limits: Limits | None = None,
) -> list[Table]:
    """`table.read_tables` in a process of its own. Raises BadInput as it does, and when the file
    needs more than the limits or ends the process."""
    allowed = limits or Limits()
    asked = _Asked(name, len(content), list(mappings), encoding, allowed)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sync.server.imports.apart"],
            input=msgspec.json.encode(asked) + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * allowed.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadInput(why_none(_SPENT, name)) from None
    if done.returncode:
        raise BadInput(why_none(done.returncode, name))
    told = msgspec.json.decode(done.stdout, type=_Told)
    if told.faults:
        raise BadInput(told.faults)
    return [
        Table(one.name, one.width, one.places, one.rows, mappings[one.mapping], one.cut)
        for one in told.sheets
    ]


def why_none(code: int, name: str) -> Fault:
    """What a process that ended with `code` says of its file: it went beyond the limits (the
    system ends it by KILL or XCPU then), or the reader broke over it."""
    if code in (_SPENT, *_ENDED_BY_LIMIT):
        mend = "save it as CSV, or in parts"
        return Fault("reading this file takes more than it may", file=name, mend=mend)
    mend = "save it as CSV; keep this file for whoever looks after the programme"
    return Fault("the reader broke over this file", file=name, value=f"code {code}", mend=mend)


def main() -> int:
    """The process's own part: limits, then the file from the input, the table to the output."""
    try:
        return _main()
    except MemoryError:
        return _SPENT


def _main() -> int:
    source = sys.stdin.buffer
    asked = msgspec.json.decode(source.readline(), type=_Asked)
    decode.ready(asked.encoding)
    confine(asked.limits)
    try:
        found = read_tables(source.read(asked.size), asked.name, asked.mappings, asked.encoding)
        told = _Told([_sheet(one, asked.mappings) for one in found])
    except BadInput as error:
        told = _Told(faults=list(error.faults))
    sys.stdout.buffer.write(msgspec.json.encode(told))
    return 0


def _sheet(table: Table, mappings: list[FileMapping]) -> _Sheet:
    place = mappings.index(table.mapping)
    return _Sheet(table.name, table.width, table.places, list(table.rows), place, table.cut)


def confine(limits: Limits) -> None:
    """From here on this process opens nothing, writes no file, and takes no more than `limits`."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main())
