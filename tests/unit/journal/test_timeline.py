"""The page people read: what stands at its top, days and zones, what a copy withholds."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_app.journal import bundle, standalone, timeline
from tests.support.bundles import PHOTO, Evidence, redact
from tests.support.journals import START, Device, Log


def page(path: Path, language: str = "en") -> str:
    return standalone.unzip(path.read_bytes())[f"timeline.{language}.html"].decode()


def head(path: Path, language: str = "en") -> list[tuple[str, str]]:
    """The facts at the top of the page."""
    top = page(path, language).partition("<dl>")[2].partition("</dl>")[0]
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", top)


def test_the_fence_is_the_narrowest_the_heads_give(tmp_path: Path) -> None:
    evidence = Evidence()
    facts = dict(head(evidence.write(tmp_path / "x.bundle")))
    started, ended = evidence.device.events[2], evidence.device.events[13]
    assert (started.kind, ended.kind) == ("visit_started", "visit_ended")
    assert started.receipt is not None
    assert facts["Result"] == "promise"
    assert facts["Time"] == "2026-11-23 10:00 – 10:14  UTC+08:00"
    assert facts["Office's clock"] == (
        "Not before 2026-11-23 10:01:01; all of it held by the office by 2026-11-23 10:14:01"
    )
    assert "This copy" not in facts


def test_a_device_without_a_word_of_the_office_has_no_lower_bound(tmp_path: Path) -> None:
    log, device = Log(), Device()
    log.take(*device.visit())
    evidence = Evidence.__new__(Evidence)
    evidence.device, evidence.log, evidence.files = device, log, {}
    facts = dict(head(evidence.write(tmp_path / "x.bundle", events=device.events), "zh_CN"))
    assert facts["机构时钟"].startswith("至迟 2026-11-23 ")


def test_a_later_day_stands_under_its_date_and_another_zone_beside_the_time(
    tmp_path: Path,
) -> None:
    evidence = Evidence()
    tokyo = START.wall.astimezone(timezone(timedelta(hours=9))) + timedelta(days=3)
    evidence.device.moment = evidence.device.moment.later(minutes=60 * 24 * 3)
    evidence.device.record("comment_added", {"text": "three days on"})
    evidence.device.moment = type(START)(tokyo, "Asia/Tokyo", "boot-1", 9_000_000)
    evidence.device.record("comment_added", {"text": "from abroad"})
    evidence.sync()
    path = evidence.write(tmp_path / "x.bundle")
    assert dict(head(path))["Time"].endswith(" – 2026-11-26 11:00  UTC+08:00")
    told = re.findall(r'class="day">([^<]+)<|<time [^>]*>([^<]+)<', page(path))
    assert told[-3:] == [("2026-11-26", ""), ("", "10:15:00"), ("", "11:00:00 +09:00")]


def test_a_copy_says_at_its_top_how_much_it_withholds(tmp_path: Path) -> None:
    evidence = Evidence()
    whole = bundle.read(evidence.write(tmp_path / "whole.bundle"))
    hide = {event.id: ("note", "next") for event in whole.events}
    photo = next(name for name, raw in whole.files.items() if raw == PHOTO)
    path = tmp_path / "copy.bundle"
    redact(whole, path, hide=hide, drop_files=[photo], maker=evidence.maker())
    assert dict(head(path))["This copy"] == "fields withheld: 2; files left out: 1"
    assert dict(head(path, "zh_CN"))["本副本"] == "已遮盖 2 项，未包含文件 1 个"


TOLD = (
    *("answered", "plan_offered", "budget_recorded", "disclosed", "agreement_signed"),
    *("outcome_recorded", "position_read", "photo_taken", "payment_received", "of_tomorrow"),
)
FIELDS = (
    *("ref", "value", "plan", "checks", "statement", "position", "currency", "income", "lines"),
    *("instalments", "amount", "total", "minor", "signers", "slot", "seconds", "code", "months"),
    *("discount_bp", "answer", "right", "at", "crew", "networks"),
)
SUMS = st.fixed_dictionaries(
    {
        "minor": st.sampled_from([1, -5, True, "7", None, 1.5, 10**15]),
        "currency": st.sampled_from(["CNY", "XXX", None, 3, ""]),
    }
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 10**15)
    | st.floats(-9, 1e300)
    | st.text(max_size=4)
    | SUMS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(TOLD),
    st.dictionaries(st.sampled_from(FIELDS), ODD, min_size=1, max_size=4),
)
@settings(max_examples=40)
@example("answered", {"ref": [{}], "value": "x"})
def test_no_body_a_device_can_sign_keeps_the_page_from_being_written(
    kind: str, body: dict[str, object]
) -> None:
    """Else a device could keep its visit from ever being shown."""
    event = Device().record(kind, body)
    assert timeline.page([event], "zh_CN", case="case-1", names={}, files=())
