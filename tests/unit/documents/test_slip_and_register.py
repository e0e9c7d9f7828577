from pathlib import Path

from agent_app.documents.register import gaps, register
from agent_app.documents.slip import Slip, render_slip
from agent_app.domain.events import Event
from tests.support.journals import Device
from tests.support.papers import AT, SEAL_TEXT, fonts
from tests.unit.documents.test_letters import said

SLIP = Slip(
    office="蓉城信和资产服务有限公司",
    title="文件签收凭条",
    serial="D2026-R000003",
    at=AT,
    language="zh_CN",
    lines=[("签收人", "陈嘉琪"), ("文件", "逾期债务提示函"), ("送达地点", "四川省成都市锦江区春熙路 88 号")],
    notes=["签收不代表认可内容"],
    seal_text=SEAL_TEXT,
)  # fmt: skip


def test_a_slip_fits_its_roll_and_repeats(tmp_path: Path) -> None:
    for roll in (58, 80):
        slip = render_slip(SLIP, fonts=fonts(), roll=roll)
        assert f"/MediaBox [0 0 {roll * 72 / 25.4:.2f}".encode() in slip.pdf
        assert slip.pdf == render_slip(SLIP, fonts=fonts(), roll=roll).pdf
        assert "陈嘉琪" in said(slip.pdf, tmp_path)


def events(*drafts: tuple[str, dict[str, object]]) -> list[Event]:
    device = Device()
    return [device.record(kind, body) for kind, body in drafts]


def printed(serial: str) -> tuple[str, dict[str, object]]:
    return "letter_printed", {"serial": serial, "template": "overdue_notice", "document": "ab" * 32}


def test_the_register_tells_what_became_of_every_paper() -> None:
    written = events(
        printed("D2026-L000001"),
        (
            "letter_delivered",
            {"serial": "D2026-L000001", "how": "refused", "proof": "refusal_note"},
        ),
        ("agreement_signed", {"agreement": "D2026-A000002", "plan": {}, "document": "cd" * 32}),
        (
            "payment_notified",
            {"serial": "D2026-R000005", "amount": {}, "channel": "cash", "document": "ef" * 32},
        ),
        ("payment_notified", {"amount": {}, "channel": "transfer"}),
    )
    found = register(written)
    assert [(one.serial, one.kind) for one in found] == [
        ("D2026-L000001", "letter"), ("D2026-A000002", "agreement"), ("D2026-R000005", "receipt"),
    ]  # fmt: skip
    assert [one.how for one in found[0].deliveries] == ["refused"]
    missing = gaps((one.serial for one in found), [{"prefix": "D2026-", "first": 1, "last": 5}])
    assert [gap.number for gap in missing] == [3, 4]
