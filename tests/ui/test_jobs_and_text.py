"""Threads, and how sums and times are written."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from agent_app.domain.errors import BadInput, DoorstepError, Fault, NotAllowed, Offline, WrongSecret
from agent_app.domain.money import Money
from ui.jobs import Jobs
from ui.text import Text


def test_one_thread_owns_the_store_and_answers_come_home(qtbot: QtBot, jobs: Jobs) -> None:
    threads: set[int] = set()
    home: list[int] = []

    def work(n: int) -> int:
        threads.add(threading.get_ident())
        return n

    for n in range(50):
        jobs.store(work, n, done=lambda _: home.append(threading.get_ident()))
    qtbot.waitUntil(lambda: len(home) == 50, timeout=5000)
    assert len(threads) == 1
    assert set(home) == {threading.get_ident()}
    assert threads.isdisjoint(home)


def test_an_action_tells_every_screen_and_a_read_does_not(qtbot: QtBot, jobs: Jobs) -> None:
    heard: list[object] = []
    jobs.changed.connect(heard.append)
    jobs.store(lambda: "read")
    jobs.act(lambda: "acted")
    qtbot.waitUntil(lambda: jobs.running == 0, timeout=5000)
    assert heard == ["acted"]


def test_a_failure_goes_to_who_asked_else_to_all(qtbot: QtBot, jobs: Jobs) -> None:
    mine: list[Exception] = []
    others: list[Exception] = []
    jobs.failed.connect(others.append)

    def fail() -> None:
        raise Offline("gone")

    jobs.net(fail, failed=mine.append)
    jobs.net(fail)
    qtbot.waitUntil(lambda: jobs.running == 0, timeout=5000)
    assert [type(one) for one in mine + others] == [Offline, Offline]


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [
        ("zh_CN", Money(391300, "CNY"), "¥3,913.00"),
        ("zh_TW", Money(391300, "TWD"), "NT$3,913.00"),
        ("en", Money(-5, "GBP"), "−£0.05"),
        ("en", Money(1200, "JPY"), "JP¥1,200"),
        ("en", Money(100, "CHF"), "CHF 1.00"),
    ],
)
def test_sums(language: str, amount: Money, said: str) -> None:
    assert Text(language).money(amount) == said


@given(st.integers(-(10**12), 10**12))
def test_a_sum_written_keeps_every_unit(minor: int) -> None:
    written = Text("zh_CN").money(Money(minor, "CNY"))
    digits = "".join(char for char in written if char.isdigit())
    assert int(digits) == abs(minor)


def test_times_are_the_readers(text: Text) -> None:
    moment = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
    assert text.moment(moment) == "11月23日 周一 02:30"
    assert text.time(moment, "Asia/Tokyo") == "03:30"
    assert Text("en").date(date(2026, 11, 22)) == "22 Nov 2026"
    assert text.duration(timedelta(hours=2, minutes=5, seconds=9)) == "2 小时 5 分钟"
    assert text.duration(timedelta()) == "0 秒"
    assert text.clock(timedelta(hours=1, seconds=9)) == "1:00:09"


@pytest.mark.parametrize(
    "error",
    [
        Offline("127.0.0.1"),
        WrongSecret("x", wait=90),
        NotAllowed("x"),
        BadInput(Fault("no", field="due", mend="choose a later day")),
        DoorstepError("x"),
        ValueError("张伟 19900000001"),
    ],
)
def test_errors_are_words_without_names(error: Exception) -> None:
    for language in ("zh_CN", "zh_TW", "en"):
        said = Text(language).error(error)
        assert said
        assert "张伟" not in said
        assert "127.0.0.1" not in said
