"""The seal page driven by hand: typed, altered, short codes, files and photos."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy
import pytest
import zxingcpp
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRadialGradient, QTransform
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_app.actions.letters import print_letter
from agent_app.domain.money import Money
from agent_app.journal import sealcode, warrant
from agent_app.journal.sealcode import Seal
from agent_app.journal.signing import Sign, signer
from agent_app.store import events, meta
from tests.support.desks import MORNING
from tests.support.journals import Device, Log
from tests.ui.hand import Hand
from ui.capture.camera import Frames
from ui.pages.seal import SealPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.seal import SealModel
from ui.widgets.badge import Banner
from ui.widgets.paper import open_bytes


@pytest.fixture
def page(qtbot: QtBot, office: Office, text: Text) -> SealPage:
    page = SealPage(SealModel(office, "zh_CN"), text)
    qtbot.addWidget(page)
    page.resize(1024, 768)
    page.show()
    return page


@pytest.fixture
def letter(qtbot: QtBot, office: Office) -> tuple[str, bytes]:
    """The seal and bytes of a neutral letter just made."""
    made: list[tuple[str, bytes]] = []
    found: list[str] = []
    office.jobs.act(
        print_letter, office.desk, office.now(), case="case-1", template="care_slip",
        language="zh_CN", done=lambda change: made.append(change.made), failed=lambda error: made.append((repr(error), b"")),
    )  # fmt: skip
    office.jobs.store(
        lambda: [one.body["seal"] for one in events.of_case(office.desk.db, "case-1")],
        done=found.extend,
    )
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    return found[0], made[0][1]


def words(page: SealPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def ask(hand: Hand, page: SealPage, typed: str) -> str:
    hand.find("seal-typed").clear()
    hand.type("seal-typed", typed)
    hand.press("seal-check")
    return words(page)


def test_a_seal_is_genuine_and_a_changed_one_is_not(
    qtbot: QtBot, office: Office, page: SealPage, text: Text, letter: tuple[str, bytes]
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    seal, _ = letter
    assert text.say("seal.genuine") in ask(hand, page, seal)
    assert text.say("seal.genuine") in ask(hand, page, sealcode.short_code(seal).lower())
    changed = seal[:120] + ("0" if seal[120] != "0" else "1") + seal[121:]
    assert text.say("seal.genuine") not in ask(hand, page, changed)
    code = sealcode.short_code(seal)
    wide = code.translate({ord(one): ord(one) + 0xFEE0 for one in code if one.isalnum()})
    assert text.say("seal.genuine") in ask(hand, page, wide)
    assert text.say("seal.never") in words(page)
    slip = code[:2] + ("7" if code[2] != "7" else "8") + code[3:]
    assert text.say("seal.mistyped") in ask(hand, page, slip)
    assert text.say("seal.unknown") in ask(hand, page, sealcode.short_code("another paper"))


def test_a_file_with_one_byte_changed_is_named(
    qtbot: QtBot, office: Office, page: SealPage, text: Text, letter: tuple[str, bytes],
    tmp_path: Path,
) -> None:  # fmt: skip
    hand = Hand(qtbot, page, office.jobs)
    pdf = letter[1]
    bad = pdf.replace(b"/Type", b"/typE", 1)
    for name, data, key in (("a.pdf", pdf, "seal.file_good"), ("b.pdf", bad, "seal.file_bad")):
        (tmp_path / name).write_bytes(data)
        page.open_file(tmp_path / name)
        hand.settle()
        assert text.say(key) in words(page)


def test_an_altered_sum_is_named_when_the_paper_is_read_out(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    seal = _sealed(office, office.desk.public_key, office.desk.sign)
    assert text.say("seal.paper") in ask(hand, page, seal)
    hand.type("seal-paper-sum", "39,130.00")
    hand.type("seal-paper-agent", "王晓梅")
    hand.type("seal-paper-issued", "2026年11月23日")
    hand.press("seal-compare")
    shown = words(page)
    assert text.say("seal.differs") in shown
    assert "39,130.00" in shown
    assert "3,913.00" in shown
    assert hand.find("seal-differs-sum").isVisible()
    assert len([one for one in page.findChildren(Banner) if "differs" in one.objectName()]) == 1
    hand.find("seal-paper-sum").clear()
    hand.type("seal-paper-sum", "3913")
    hand.press("seal-compare")
    assert text.say("seal.agrees", n=3) in words(page)


def test_each_false_seal_has_its_name(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    log, gone, stranger = Log(), Device("gone"), Device("stranger")
    facts = {
        "warrants": [
            warrant.issue(
                device="gone", user="zhao", name="赵", key=gone.public, since=EARLIER, until=EARLIER,
                sign=signer(log.key),
            )
        ],
        "log_key": log.public,
    }  # fmt: skip
    office.jobs.store(lambda: meta.put(office.desk.db, "office", facts))
    own = office.desk.public_key, office.desk.sign
    for key, seal in {
        "seal.foreign": _sealed(office, stranger.public, signer(stranger.key)),
        "seal.revoked": _sealed(office, gone.public, signer(gone.key)),
        "seal.altered": _sealed(office, gone.public, signer(stranger.key)),
        "seal.expired": _sealed(office, *own, until=EARLIER + timedelta(days=1)),
    }.items():
        shown = ask(hand, page, seal)
        assert text.say(key) in shown
        assert text.say(f"{key}_advice") in shown
        assert ("D2026-L000007" in shown) == (key in ("seal.revoked", "seal.expired"))


def test_a_clock_set_back_makes_nothing_valid_again_and_the_registers_age_is_said(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    """This device last heard from its office twenty days ago; the paper had run out by then."""
    hand = Hand(qtbot, page, office.jobs)
    own = office.desk.public_key, office.desk.sign
    heard = MORNING.wall + timedelta(days=20)
    office.jobs.store(lambda: meta.put(office.desk.db, "tree_head", {"at": heard.isoformat()}))
    shown = ask(hand, page, _sealed(office, *own, until=MORNING.wall + timedelta(days=10)))
    assert text.say("seal.expired") in shown
    assert text.say("seal.as_of", at=text.moment(heard)) in shown


def test_a_clock_that_runs_ahead_lets_nothing_expire(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    """In the boot of the last sync the office's time counts, a year behind this device's."""
    hand, at = Hand(qtbot, page, office.jobs), office.now()
    own = office.desk.public_key, office.desk.sign
    told = {"office": (at.wall - timedelta(days=365)).isoformat(), "boot": at.boot, "bt": at.bt}
    office.jobs.store(lambda: meta.put(office.desk.db, "clock", told))
    then = at.wall - timedelta(days=366)
    seal = _sealed(office, *own, issued=then, until=then + timedelta(days=30))
    assert text.say("seal.genuine") in ask(hand, page, seal)


def test_a_paper_of_tomorrow_and_one_that_names_no_sum(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    own = office.desk.public_key, office.desk.sign
    tomorrow = _sealed(office, *own, issued=MORNING.wall + timedelta(days=1))
    assert text.say("seal.early") in ask(hand, page, tomorrow)
    assert text.say("seal.no_sum") in ask(hand, page, _sealed(office, *own, sum=None))
    hand.type("seal-paper-sum", "3,913.00")
    hand.press("seal-compare")
    assert text.say("seal.differs") in words(page)


def test_a_credentials_link_is_read_like_its_seal(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    seal = _sealed(office, office.desk.public_key, office.desk.sign)
    link = sealcode.link("https://office.example/check/?code=", seal)
    assert text.say("seal.genuine") in ask(Hand(qtbot, page, office.jobs), page, link)


EARLIER = MORNING.wall - timedelta(days=40)


def _sealed(office: Office, public: str, sign: Sign, **changes: Any) -> str:
    seal = Seal(
        kind="letter", serial="D2026-L000007", issued=MORNING.wall, agent="王晓梅 A011",
        principal="江南银行", case="case-1", sum=Money(391300, "CNY"),
    )  # fmt: skip
    return sealcode.encode(replace(seal, **changes), public_key=public, sign=sign)


@pytest.fixture
def sheet(letter: tuple[str, bytes]) -> QImage:
    """The letter as printed, 200 dots an inch."""
    document = QPdfDocument()
    document.load(open_bytes(letter[1], document))
    drawn = document.render(0, QSize(1654, 2339))
    white = QImage(drawn.size(), QImage.Format.Format_RGB32)
    white.fill(Qt.GlobalColor.white)
    painter = QPainter(white)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return white


def seen(
    sheet: QImage, *, turn: float = 0, wide: float = 0.8, lean: float = 0, soft: float = 1,
    glare: int = 0, dark: int = 0,
) -> QVideoFrame:  # fmt: skip
    """What a camera of 1280 × 720 sees of the code's corner of a letter lying on a table.

    `wide` is the code's part of the picture's height, `lean` how much farther one side is,
    `soft` how many pixels melt into one, `glare` and `dark` how bright a lamp's spot and how deep
    a shadow are.
    """
    code = _code_square(sheet)
    frame = QImage(1280, 720, QImage.Format.Format_RGB32)
    frame.fill(QColor(104, 84, 60))
    painter = QPainter(frame)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scale = 720 * wide / code.height()
    lay = QTransform().translate(640, 360).rotate(turn)
    lay = QTransform(1, 0, lean / 1000, 0, 1, 0, 0, 0, 1) * lay
    painter.setTransform(
        QTransform().translate(-code.center().x(), -code.center().y())
        * QTransform().scale(scale, scale)
        * lay
    )
    painter.drawImage(0, 0, sheet)
    painter.resetTransform()
    for at, colour, radius in (
        (QPointF(700, 300), QColor(255, 255, 255, glare), 330),
        (QPointF(560, 420), QColor(0, 0, 0, dark), 500),
    ):
        light = QRadialGradient(at, radius)
        light.setColorAt(0, colour)
        light.setColorAt(1, QColor(colour.red(), colour.green(), colour.blue(), 0))
        painter.fillRect(frame.rect(), light)
    painter.end()
    small = frame.scaled(
        round(1280 / soft), round(720 / soft), mode=Qt.TransformationMode.SmoothTransformation
    )
    return QVideoFrame(small.scaled(1280, 720, mode=Qt.TransformationMode.SmoothTransformation))


def _code_square(sheet: QImage) -> QRect:
    grey = sheet.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = numpy.frombuffer(bytes(grey.constBits()), dtype=numpy.uint8)
    found = zxingcpp.read_barcode(pixels.reshape(grey.height(), grey.bytesPerLine()))
    assert found is not None
    corners = [found.position.top_left, found.position.bottom_right]
    return QRect(QPoint(corners[0].x, corners[0].y), QPoint(corners[1].x, corners[1].y))


LOOKS: dict[str, dict[str, Any]] = {
    "straight": {},
    "upside down": {"turn": 180},
    "askew": {"turn": 33, "wide": 0.65},
    "far": {"wide": 0.4},
    "from the side": {"lean": 0.6, "turn": -12, "wide": 0.6},
    "out of focus": {"soft": 2.4},
    "moving and dark": {"soft": 1.8, "dark": 190},
    "under a lamp": {"glare": 170},
    "all at once": {"turn": 15, "wide": 0.7, "lean": 0.3, "soft": 1.5, "glare": 110, "dark": 90},
}


@pytest.mark.qt_log_ignore("No RHI backend")
def test_the_camera_reads_a_letter_as_hands_hold_it(
    qtbot: QtBot, office: Office, page: SealPage, text: Text, sheet: QImage,
    letter: tuple[str, bytes], tmp_path: Path,
) -> None:  # fmt: skip
    """Frames through the sink the camera feeds; then the same as a photo in a file."""
    hand = Hand(qtbot, page, office.jobs)
    for name, look in LOOKS.items():
        frames = Frames(page)
        frames.seen.connect(page.see)
        hand.find("seal-typed").clear()
        frames.take(seen(sheet, **look))
        hand.settle()
        hand.settle()
        assert hand.find("seal-typed").text() == letter[0], name
    hand.find("seal-typed").clear()
    photo = tmp_path / "letter.jpg"
    assert seen(sheet, turn=8, wide=0.5).toImage().save(str(photo), "JPEG", 70)
    page.open_file(photo)
    hand.settle()
    hand.settle()
    assert hand.find("seal-typed").text() == letter[0]
    assert text.say("seal.genuine") in words(page)


@pytest.mark.qt_log_ignore("No RHI backend")
def test_frames_come_no_faster_than_they_can_be_looked_at(qtbot: QtBot) -> None:
    frames, taken = Frames(every=60_000), list[Any]()
    frames.seen.connect(taken.append)
    large = QImage(3200, 1800, QImage.Format.Format_RGB32)
    for _ in range(5):
        frames.take(QVideoFrame(large))
    frames.take(QVideoFrame())
    assert len(taken) == 1
    assert (taken[0].width, taken[0].height) == (1600, 900)


def test_without_a_camera_it_says_what_else_to_do(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    hand.press("seal-scan")
    assert text.say("seal.no_camera") in words(page)
