"""What may be hidden of a visit: grouped, in words, the sensitive proposed, nothing forgotten."""

from __future__ import annotations

from pathlib import Path

from agent_app.queries.passages import GROUPS, passages, says_too
from tests.support.bundles import attachment
from tests.support.desks import open_test_desk, visitable_row
from tests.support.journals import Device


def test_a_visit_in_passages(tmp_path: Path) -> None:
    device = Device()
    device.record("visit_started", {"address": "a1", "crew": [], "known": {"flags": {"ill": 1}}})
    device.visit()
    device.record("answered", {"ref": "/visit/why", "value": "illness", "seconds": 2})
    device.record("answered", {"ref": "/visit/why", "value": "illness business", "seconds": 3})
    device.record("hardship_stated", {"code": "illness"})
    device.record("answered", {"ref": "/visit/owed", "value": "50,000.00"})
    terms = {"months": 6, "total": {"minor": 391300, "currency": "CNY"}}
    device.record("agreement_signed", {"plan": terms, "terms": terms, "seal": "DS1:0"})
    sound = attachment("audio-1", b"RIFF", "audio/wav")
    device.record(
        "recording_stopped", {"slot": "audio-1", "seconds": 9.5, "marks": {"course": "00"}},
        files=(sound,),
    )  # fmt: skip
    with open_test_desk(tmp_path, visitable_row()) as desk:
        found = passages(desk, device.events, "zh_CN")
    assert [one.group for one in found] == sorted((p.group for p in found), key=GROUPS.index)
    told = {(one.group, one.said): one for one in found}

    why = next(one for one in found if one.title == "why")
    assert (why.group, why.said, why.proposed) == ("care", "illness business", True)
    assert len(why.fields) == 2
    assert told["care", "情形 生病或受伤"].proposed
    assert next(one for one in found if one.title == "owed").group == "money"
    assert next(one for one in found if one.title == "上门时已知的情况").proposed
    note = next(one for one in found if ("outcome_recorded", "note") in kinds(device, one))
    assert (note.group, note.said) == ("words", "本人承诺")
    assert {"places", "money", "people", "course"} <= {one.group for one in found}
    where = next(one for one in found if ("position_read", "networks") in kinds(device, one))
    assert (where.group, where.proposed) == ("places", True)
    assert where.said.endswith("附近网络 2")
    (recording,) = (one for one in found if one.file)
    assert recording.proposed
    assert (recording.title, recording.size) == ("录音", 4)
    assert says_too("words", recording)
    assert not says_too("course", recording)

    agreed = {name for one in found if one.group == "money" for _, name in one.fields}
    assert {"plan", "amount", "terms", "seal"} <= agreed  # a seal and the terms name sums too

    known = {pair for one in found for pair in one.fields}
    left = {
        (event.id, name)
        for event in device.events
        for name, value in event.body.items()
        if value not in (None, "", []) and (event.id, name) not in known
    }
    kept = {name for _, name in left}
    assert kept <= {"ref", "seconds"}, kept


def kinds(device: Device, passage: object) -> set[tuple[str, str]]:
    by_id = {event.id: event.kind for event in device.events}
    return {(by_id[event], name) for event, name in getattr(passage, "fields", ())}
