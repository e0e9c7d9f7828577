"""Print papers through CUPS as they are: PDF with its own fonts, not a picture of it.

`lp` takes 34 ms to queue what a painted page takes 400 ms for, and the paper stays vector.
Systems without CUPS print from the screen (ui).
"""

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent_app.domain.errors import BadInput, Fault, Unavailable

Run = Callable[[Sequence[str], bytes], str]
"""Runs a command with something on its input and brings back what it printed."""
State = Literal["waiting", "done", "failed", "gone"]
_JOB = re.compile(r"request id is (\S+-\d+)")
_FAILED = re.compile("abort|cancel|with-errors|stopped")  # job-state-reasons, RFC 8011 §5.3.8
_SAFE = re.compile(r"[\w.\-]+")
_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
_A4 = (210, 297)


@dataclass(frozen=True, slots=True)
class Printer:
    name: str
    default: bool


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How to print: `sides` as CUPS names them, `media` a paper size."""

    printer: str
    copies: int = 1
    sides: Literal["one-sided", "two-sided-long-edge", "two-sided-short-edge"] = "one-sided"
    media: str = "A4"


def run_command(command: Sequence[str], given: bytes) -> str:
    """Run a CUPS command. Raises Unavailable when there is no CUPS or it says no."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        raise Unavailable("this computer has no print service (CUPS)") from None
    except subprocess.TimeoutExpired:
        raise Unavailable("the print service does not answer") from None
    if done.returncode:
        raise Unavailable(done.stderr.decode(errors="replace").strip() or f"{command[0]} failed")
    return done.stdout.decode(errors="replace")


def printers(run: Run = run_command) -> list[Printer]:
    """The printers CUPS knows, the default first."""
    names = run(["lpstat", "-e"], b"").split()
    default = run(["lpstat", "-d"], b"").rpartition(": ")[2].strip()
    found = [Printer(name, name == default) for name in names]
    return sorted(found, key=lambda printer: (not printer.default, printer.name))


def submit(pdf: bytes, title: str, order: PrintOrder, run: Run = run_command) -> str:
    """Queue one paper; returns the job's id. Raises BadInput for an impossible order."""
    _check(order)
    command = [
        "lp", "-d", order.printer, "-n", str(order.copies), "-t", title,
        "-o", f"media={order.media}", "-o", f"sides={order.sides}", "-o", "print-scaling=none",
    ]  # fmt: skip
    answer = run(command, pdf)
    match = _JOB.search(answer)
    if match is None:
        raise Unavailable(f"the print service gave no job: {answer.strip()}")
    return match[1]


def media_of(pdf: bytes) -> str:
    """The sheet one of our papers needs, as CUPS names it: A4, or a roll as long as the receipt."""
    match = _BOX.search(pdf)
    if match is None:
        return "A4"
    wide, tall = (round(float(side) * 25.4 / 72) for side in match.groups())
    return "A4" if (wide, tall) == _A4 else f"Custom.{wide}x{tall}mm"


def state(job: str, run: Run = run_command) -> State:
    """Where a job is: waiting, done, failed (or cancelled), or gone from the list."""
    if _alerts(job, run(["lpstat", "-W", "not-completed", "-l", "-o"], b"")) is not None:
        return "waiting"
    alerts = _alerts(job, run(["lpstat", "-W", "completed", "-l", "-o"], b""))
    if alerts is None:
        return "gone"
    return "failed" if _FAILED.search(alerts) else "done"


def cancel(job: str, run: Run = run_command) -> None:
    """Take a job out of the queue. Raises Unavailable when it is no longer there."""
    run(["cancel", job], b"")


def _alerts(job: str, listing: str) -> str | None:
    """What a long listing says of a job; None when it is not in it."""
    found: str | None = None
    for line in listing.splitlines():
        if not line[:1].isspace():
            if found is not None:
                break
            found = "" if line.split()[:1] == [job] else None
        elif found is not None:
            found += line
    return found


def _check(order: PrintOrder) -> None:
    faults = []
    if not _SAFE.fullmatch(order.printer) or order.printer.startswith("-"):
        faults.append(Fault("not a printer's name", field="printer", value=order.printer))
    if not 1 <= order.copies <= 99:
        faults.append(Fault("1 to 99 copies", field="copies", value=str(order.copies)))
    if not _SAFE.fullmatch(order.media):
        faults.append(Fault("not a paper size", field="media", value=order.media))
    if faults:
        raise BadInput(faults)
