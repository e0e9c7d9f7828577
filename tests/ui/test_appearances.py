"""Appearances with a widget of their own, used by hand."""

from __future__ import annotations

import wave
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from agent_app.documents.scan import Picture, read_picture
from tests.ui.conftest import Watch
from ui.capture.clip import Clip
from ui.gallery_questions import attachment, sample
from ui.text import Text
from ui.widgets.editors import CodeEditor, FileEditor, PlaceEditor
from ui.widgets.editors.image_map import Drawing
from ui.widgets.editors.reckoning import Parts, reckoning
from ui.widgets.ink_pad import InkPad
from ui.widgets.media import Media, no_media
from ui.widgets.question import QuestionBox


def shown(
    qtbot: QtBot, text: Text, kind: str, *, media_of: Media = no_media, **changes: Any
) -> tuple[QuestionBox, list[str]]:
    view = replace(sample(kind, text), **changes)
    box = QuestionBox(view, text, Watch()().wall, media=media_of)
    qtbot.addWidget(box)
    box.show()
    given: list[str] = []
    box.answered.connect(given.append)
    return box, given


def press(qtbot: QtBot, box: QuestionBox, name: str) -> None:
    found = box.findChild(QAbstractButton, name)
    assert found is not None
    assert found.isVisible()
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_minimal_unfolds_takes_one_and_folds_again(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "minimal")
    fold = box.findChild(QAbstractButton, "q-/data/minimal-open")
    assert fold is not None
    assert fold.text() == text.say("gallery.option", n=2)
    card = box.findChild(QAbstractButton, "choice-3")
    assert card is not None
    assert not card.isVisible()
    press(qtbot, box, "q-/data/minimal-open")
    press(qtbot, box, "choice-3")
    assert given == ["3"]
    assert not card.isVisible()
    assert fold.text() == text.say("gallery.option", n=3)


def test_a_rating_is_one_press(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "rating", value="")
    press(qtbot, box, "choice-5")
    assert given == ["5"]


def test_thousands_are_set_apart_on_the_screen_only(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "thousands")
    field = box.findChild(QLineEdit, "q-/data/thousands")
    assert field is not None
    assert field.text() == "1,234,567.50"
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "98,000.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert given[-1] == "98000.5"


def test_parts_of_a_date_are_steppers(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "month_year")
    press(qtbot, box, "q-/data/month_year-month-less")
    assert given == ["2026-11-01"]
    box, given = shown(qtbot, text, "no_calendar", value="2026-03-31")
    press(qtbot, box, "q-/data/no_calendar-month-less")
    assert given == ["2026-02-28"]


def test_a_line_of_a_table_has_marks_a_finger_can_hit(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "table_many")
    mark = box.findChild(QAbstractButton, "choice-2")
    assert mark is not None
    assert mark.height() >= 48
    press(qtbot, box, "choice-2")
    assert given == ["1 2 4"]
    box, given = shown(qtbot, text, "table_line")
    press(qtbot, box, "choice-3")
    assert given == ["3"]


def test_a_part_of_the_picture_is_a_choice(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "image_map", media_of=attachment)
    drawing = box.findChild(Drawing)
    assert drawing is not None
    spot = drawing.place_of("3").center().toPoint()
    qtbot.mouseClick(drawing, Qt.MouseButton.LeftButton, pos=spot)
    press(qtbot, box, "choice-1")
    assert given == ["3", "1"]


def test_a_way_grows_and_shrinks_and_an_area_closes(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "shape")
    editor = box.editor
    assert isinstance(editor, PlaceEditor)
    for lat in (23.0, 23.1, 23.2):
        editor.put(lat, 113.0, 5.0)
    assert given[-1].split(";")[0] == given[-1].split(";")[-1]
    assert len(given[-1].split(";")) == 4
    press(qtbot, box, "q-/data/shape-undo")
    assert given[-1] == "23.000000 113.000000 0 5.0;23.100000 113.000000 0 5.0"


def test_a_code_is_read_from_a_frame_or_typed(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "barcode")
    editor = box.editor
    assert isinstance(editor, CodeEditor)
    code = zxingcpp.create_barcode("6901234567892", zxingcpp.BarcodeFormat.EAN13)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).convert("L")
    frame = Picture(drawn.tobytes(), drawn.width, drawn.height, drawn.width)
    assert read_picture(frame) == ""
    editor.put(read_picture(frame, any_kind=True))
    assert given == ["6901234567892"]


def test_marks_are_drawn_on_the_photo(qtbot: QtBot, text: Text) -> None:
    box, _ = shown(qtbot, text, "annotate")
    box.resize(800, 700)
    editor = box.editor
    assert isinstance(editor, FileEditor)
    kept: list[tuple[bytes, str]] = []
    editor.captured.connect(lambda data, kind: kept.append((data, kind)))
    held = BytesIO()
    Image.new("RGB", (400, 300), "blue").save(held, "PNG")
    editor.take(held.getvalue(), "image/png")
    assert kept == []
    pad = box.findChild(InkPad)
    assert pad is not None
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center())
    QTest.mouseMove(pad, pad.rect().center() / 1.2)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center() / 1.2)
    press(qtbot, box, "q-/data/annotate-keep")
    made = QImage.fromData(kept[0][0])
    colours = {
        made.pixelColor(x, y).name()
        for x in range(0, made.width(), 2)
        for y in (made.height() // 2,)
    }
    assert "#0000ff" in colours
    assert len(colours) > 2


def test_sound_from_a_stream_is_a_whole_wav(qtbot: QtBot) -> None:
    clip, stream = Clip(), QBuffer()
    stream.open(QIODevice.OpenModeFlag.ReadWrite)
    clip.listen(stream)
    stream.write(bytes(32_000))
    stream.seek(0)
    stream.readyRead.emit()
    with wave.open(BytesIO(clip.stop())) as made:
        assert (made.getframerate(), made.getnframes()) == (16_000, 16_000)


def test_a_new_photo_offers_no_file(qtbot: QtBot, text: Text) -> None:
    box, _ = shown(qtbot, text, "new")
    assert box.findChild(QAbstractButton, "q-/data/new-file") is None
    editor = box.editor
    assert isinstance(editor, FileEditor)
    assert editor.front


def test_nothing_looks_answered_before_it_is(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "picker", value="")
    assert text.say("question.unset") in {one.text() for one in box.findChildren(QLabel)}
    press(qtbot, box, "q-/data/picker-more")
    press(qtbot, box, "q-/data/picker-more")
    assert given == ["0", "1"]
    box, given = shown(qtbot, text, "time", value="")
    press(qtbot, box, "q-/data/time-hour-more")
    assert given[0].startswith("10:")


@pytest.mark.parametrize(
    ("appearance", "told"),
    [
        ("persian", Parts(1405, 9, 1)),
        ("islamic", Parts(1448, 6, 11)),
        ("ethiopian", Parts(2019, 3, 13)),
        ("coptic no-calendar", Parts(1743, 3, 13)),
    ],
)
def test_other_calendars_tell_the_same_day(appearance: str, told: Parts) -> None:
    """Anchors by published tables; then every day of four years comes back as itself."""
    found = reckoning(appearance, "en")
    assert found is not None
    assert found.parts(date(2026, 11, 22)) == told
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(1461)]
    assert [found.day(found.parts(day)) for day in days] == days
    names = [found.month_name(number) for number in range(1, found.months + 1)]
    assert len(set(names)) == found.months


def test_a_date_told_in_another_calendar_is_stored_as_the_common_day(
    qtbot: QtBot, text: Text
) -> None:
    last = "2026-09-10"  # of the Ethiopian year 2018
    box, given = shown(qtbot, text, "no_calendar", appearance="ethiopian", value=last)
    label = box.findChild(QLabel, "q-/data/no_calendar-common")
    assert label is not None
    assert label.text() == text.date(date(2026, 9, 10))
    press(qtbot, box, "q-/data/no_calendar-year-more")
    assert given == ["2027-09-10"]
    assert label.text() == text.date(date(2027, 9, 10))
    assert reckoning("bikram-sambat", "en") is None
