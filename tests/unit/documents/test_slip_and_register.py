from pathlib import Path

from agent_app.documents.register import gaps
from agent_app.documents.slip import Slip, render_slip
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


def test_a_number_on_no_paper_is_a_gap() -> None:
    papers = ["D2026-L000001", "D2026-A000002", "D2026-R000005", "E1", "odd"]
    missing = gaps(papers, [{"prefix": "D2026-", "first": 1, "last": 5}])
    assert [gap.number for gap in missing] == [3, 4]
