import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent_app.documents import printing
from agent_app.documents.printing import PrintOrder
from agent_app.domain.errors import BadInput, Unavailable
from agent_app.ids import uuid7
from tests.support.papers import AT, printed
from tests.support.printers import print_service, within

ORDER = PrintOrder("PDF")


class Queue:
    """A queue on paper: it keeps what it was given and can jam."""

    def __init__(self, jam_at: int = -1) -> None:
        self.jobs: list[tuple[list[str], bytes]] = []
        self.jam_at = jam_at

    def run(self, command: Sequence[str], given: bytes) -> str:
        if command[0] == "lp":
            if len(self.jobs) == self.jam_at:
                raise Unavailable("paper jam")
            self.jobs.append((list(command), given))
            return f"request id is PDF-{len(self.jobs)} (1 file(s))"
        if command == ["lpstat", "-e"]:
            return "Office\nPDF\n"
        if command == ["lpstat", "-d"]:
            return "system default destination: PDF\n"
        raise AssertionError(command)


def test_the_default_printer_comes_first() -> None:
    assert [p.name for p in printing.printers(Queue().run)] == ["PDF", "Office"]


def test_an_order_becomes_the_options_of_the_queue() -> None:
    queue = Queue()
    order = PrintOrder("PDF", copies=2, sides="two-sided-long-edge")
    assert printing.submit(b"%PDF", "CD-1", order, queue.run) == "PDF-1"
    command, given = queue.jobs[0]
    assert given == b"%PDF"
    assert command[:7] == ["lp", "-d", "PDF", "-n", "2", "-t", "CD-1"]
    assert "sides=two-sided-long-edge" in command


@pytest.mark.parametrize(
    "order",
    [PrintOrder("-o"), PrintOrder("a b"), PrintOrder("PDF", 0), PrintOrder("PDF", media="A4;x")],
)
def test_an_impossible_order_is_refused(order: PrintOrder) -> None:
    with pytest.raises(BadInput):
        printing.submit(b"", "t", order, Queue().run)


def test_a_computer_without_cups_says_so() -> None:
    with pytest.raises(Unavailable):
        printing.run_command(["doorstep-has-no-such-command"], b"")
    with pytest.raises(Unavailable):
        printing.run_command([sys.executable, "-c", "raise SystemExit('no')"], b"")


@pytest.fixture
def cups() -> Iterator[Path]:
    with print_service() as folder:
        yield folder


def test_a_real_queue_prints_text_and_not_a_picture(cups: Path) -> None:
    title = f"CD-{uuid7(AT, os.urandom(10))}"
    assert "Doorstep" in [printer.name for printer in printing.printers()]
    job = printing.submit(printed("missed_you").pdf, title, PrintOrder("Doorstep"))
    assert within(30, lambda: printing.state(job) == "done")
    assert printing.state("Doorstep-999") == "gone"
    made = list(cups.glob(f"*{title}*"))
    try:
        assert len(made) == 1
        fonts = subprocess.run(
            ["pdffonts", *made], capture_output=True, encoding="utf-8", check=True
        )
        assert len(fonts.stdout.splitlines()) > 2
        images = subprocess.run(["pdfimages", "-list", *made], capture_output=True, check=True)
        assert len(images.stdout.splitlines()) == 2  # the head of the list: no page was painted
    finally:
        for file in made:
            file.unlink()


@pytest.mark.parametrize(
    ("alerts", "told"),
    [
        ("job-completed-successfully", "done"), ("processing-to-stop-point", "done"),
        ("job-canceled-by-user", "failed"), ("aborted-by-system", "failed"),
    ],
)  # fmt: skip
def test_the_state_of_a_job(alerts: str, told: str) -> None:
    def run(command: Sequence[str], given: bytes) -> str:
        if "not-completed" in command:
            return ""
        return f"PDF-1  u  1  Sun\n\tAlerts: none\nPDF-12  u  1  Sun\n\tAlerts: {alerts}\n"

    assert printing.state("PDF-12", run) == told
