from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput, Fault
from agent_app.log import Redacting, configure, shown

log = logging.getLogger("agent_app.test")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    handler = configure(tmp_path / "logs" / "app.log")
    yield tmp_path / "logs" / "app.log"
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_ids_and_counts_are_kept(written: Path) -> None:
    log.info("synced %s events of %s", 47, "0199a0b1-7c3e-7d11-8f00-0123456789ab")
    log.info("kind %s ok %s", "visit_started", True)
    text = written.read_text("utf-8")
    assert "synced 47 events of 0199a0b1-7c3e-7d11-8f00-0123456789ab" in text
    assert "kind visit_started ok True" in text


@pytest.mark.parametrize(
    "secret",
    ["张伟", "13812345678", "110101199003077758", "江南银行 6222021234567890", 391300, "a b"],
)
def test_nothing_personal_is_written(written: Path, secret: object) -> None:
    log.warning("case of %s", secret)
    log.warning("case of %(who)s", {"who": secret})
    assert str(secret) not in written.read_text("utf-8")
    assert str(secret).encode("unicode_escape").decode() not in written.read_text("utf-8")


def test_errors_keep_their_place_not_their_words(written: Path) -> None:
    try:
        raise BadInput(Fault("bad name", value="张伟 13812345678"))
    except BadInput:
        log.exception("import failed")
    text = written.read_text("utf-8")
    assert "BadInput at test_log.py:" in text
    assert "13812345678" not in text
    assert "bad name" not in text
    assert len(text.splitlines()) == 1


def test_libraries_words_are_left_out(written: Path) -> None:
    logging.getLogger("urllib3.pool").warning("GET https://x/%s", "张伟")
    assert "a library's message" in written.read_text("utf-8")
    assert "GET" not in written.read_text("utf-8")


@given(st.text())
def test_no_text_breaks_the_line(text: str) -> None:
    record = logging.LogRecord("agent_app", logging.INFO, "f", 1, "saw %s", (text,), None)
    line = Redacting().format(record)
    assert line.isprintable()
    assert line.isascii()


@given(st.from_regex(r"\A1[3-9]\d{9}\Z") | st.from_regex(r"\A\d{17}[\dX]\Z"))
def test_telephone_and_identity_numbers_never_pass(number: str) -> None:
    assert number not in str(shown(number))
    assert number not in str(shown(f"tel:{number}"))
