"""One creditor's cases in every form that creditors send them: each lands the same, or is refused
in words. ROW of the plain tests is the truth; nothing here may change a sum in silence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports.load import Landed, load_file
from sync.server.imports.mapping import load_all
from sync.server.imports.rows import good_rows
from sync.server.imports.table import read_tables
from sync.server.office import Office
from tests.support.offices import RESOURCES
from tests.sync.server.test_server_import import ROW, case, text

MAPPINGS = load_all(RESOURCES / "mappings")
SECOND = ROW | {"案件编号": "C2", "剩余本金": "100.00", "应还总额": "306.32"}
TRADITIONAL = {
    "案件编号": "案件編號", "委托方": "委託方", "产品": "產品", "客户姓名": "客戶姓名", "证件号码": "證件號碼",
    "手机号": "手機號碼", "性别": "性別", "年龄": "年齡", "居住地址": "住家地址", "单位": "單位", "币种": "幣別",
    "授信额度": "授信額度", "剩余本金": "剩餘本金", "利息": "利息", "费用": "費用", "应还总额": "應還總額",
    "逾期天数": "逾期天數", "逾期阶段": "逾期階段", "最近还款日": "最近還款日", "最近还款金额": "最近還款金額",
    "近六期账单": "近六期帳單", "近六期还款": "近六期還款", "机构": "機構", "组长工号": "組長工號",
    "外访员工号": "外訪員工號", "搭档工号": "搭檔工號", "委案日": "委案日期", "退案日": "退案日期",
    "前期催收": "前期催收情況", "备注": "備註",
}  # fmt: skip
ENGLISH = {
    "案件编号": "Case ID", "委托方": "Creditor", "产品": "Product", "客户姓名": "Debtor Name",
    "证件号码": "ID Number", "手机号": "mobile_number", "性别": "Sex", "年龄": "Age",
    "居住地址": "HOME ADDRESS", "单位": "Employer", "币种": "Currency", "授信额度": "Credit Limit",
    "剩余本金": "Principal", "利息": "Interest", "费用": "Fees", "应还总额": "Total Due",
    "逾期天数": "Days Past Due", "逾期阶段": "Bucket", "最近还款日": "Last Payment Date",
    "最近还款金额": "Last Payment Amount", "近六期账单": "Last 6 Bills", "近六期还款": "Last 6 Payments",
    "机构": "Branch", "组长工号": "Team Lead ID", "外访员工号": "Agent ID", "搭档工号": "Partner ID",
    "委案日": "Assigned Date", "退案日": "Return Date", "前期催收": "Previous Contacts",
    "备注": "Remarks",
}  # fmt: skip


def read(content: str | bytes, name: str = "交案.csv") -> tuple[list[dict[str, Any]], list[Fault]]:
    """The values of the good rows, and the faults."""
    raw = content.encode() if isinstance(content, str) else content
    faults: list[Fault] = []
    return [row for _, row in good_rows(read_tables(raw, name, MAPPINGS), faults)], faults


def land(office: Office, content: str | bytes) -> Landed:
    raw = content.encode() if isinstance(content, str) else content
    return load_file(office, raw, "交案.csv", MAPPINGS, reader=read_tables)


TRUTH, _ = read(text(ROW, SECOND))


def same(content: str | bytes) -> list[Fault]:
    """What was said of a content whose rows are the truth, wherever they stand."""
    found, faults = read(content)
    assert [row | {"_row": 0} for row in found] == [row | {"_row": 0} for row in TRUTH]
    return faults


def renamed(names: dict[str, str], *rows: dict[str, str]) -> str:
    turned = [{names[key]: value for key, value in row.items()} for row in rows]
    return text(*turned, header=names.values())


def workbook(shape: Callable[[Any], None], *, sheet: str = "案件") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    shape(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_into(book: Any, *rows: dict[str, Any], sheet: str = "案件") -> Any:
    target = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
    target.append(list(ROW))
    for row in rows:
        target.append(list(row.values()))
    return target


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name.replace("_", "."), content)
    return out.getvalue()


def page(*rows: dict[str, str]) -> str:
    lines = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for cells in (list(ROW), *(list(row.values()) for row in rows))
    )
    return f'<html><meta charset="gbk"><body><table border=1>{lines}</table></body></html>'


PLAIN = text(ROW, SECOND)
SAME_TEXTS: dict[str, str | bytes] = {
    "utf-8 with a mark": PLAIN.encode("utf-8-sig"),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 without a mark": PLAIN.encode("utf-16-le"),
    "gbk": PLAIN.encode("gbk"),
    "tabs": PLAIN.replace(",", "\t"),
    "tabs in utf-16, as Excel's Unicode text": PLAIN.replace(",", "\t").encode("utf-16"),
    "semicolons": PLAIN.replace(",", ";"),
    "traditional": renamed(TRADITIONAL, ROW, SECOND),
    "english": renamed(ENGLISH, ROW, SECOND),
    "stars and spaces in the header": PLAIN.replace("案件编号", "*案件 编号 ：", 1),
    "a remark in the header": PLAIN.replace("委案日", "委案日（yyyy-mm-dd）", 1),
    "lines of nothing": PLAIN.replace("\r\n", "\r\n" + "," * 29 + "\r\n\r\n \r\n"),
    "a title and a remark above": "珠江示范小额贷款有限公司委案清单\r\n制表日：2026/11/16\r\n" + PLAIN,
    "a firm above, which is no unit of money": "填报单位：元丰公司,单位：珠江公司\r\n" + PLAIN,
    "a unit above": "委案清单（金额单位：人民币元）\r\n" + PLAIN,
    "the header again in the middle": text(ROW) + text(SECOND),
    "Excel's text formulas": PLAIN.replace("12852573618", '"=""12852573618"""'),
    "apostrophes": PLAIN.replace("990000198103214198", "'990000198103214198"),
    "a page saved as .xls": page(ROW, SECOND).encode("gbk"),
    "a zip with a csv": zipped(cases_csv=PLAIN.encode("gb18030")),
    "no line end at the end": PLAIN.rstrip(),
}  # fmt: skip


@pytest.mark.parametrize("form", SAME_TEXTS)
def test_a_text_in_any_form_is_the_same_table(form: str) -> None:
    assert same(SAME_TEXTS[form]) == []


@pytest.mark.parametrize("title", ["金额单位：两", "单位：十元"])
def test_a_title_with_an_unknown_unit_lets_no_sum_through(title: str) -> None:
    found, faults = read(f"{title}\r\n{PLAIN}")
    assert found == []
    assert {one.message for one in faults} == {"a sum in an unknown unit"}


def test_big5_is_read_by_its_header() -> None:
    row = ROW | {
        "委托方": "珠江示範小額貸款", "产品": "網路小貸", "客户姓名": "陳靜", "居住地址": "廣東省廣州市天河區",
        "性别": "女", "前期催收": "簡訊2次", "机构": "一組",
    }  # fmt: skip
    found, faults = read(renamed(TRADITIONAL, row).encode("big5"))
    assert faults == []
    assert (found[0]["name"], found[0]["total"]) == ("陳靜", 937649)


def test_titles_merges_and_two_sheets() -> None:
    def shape(book: Any) -> None:
        cover = book["案件"]
        cover.append(["说明：请勿外传"])
        sheet = book.create_sheet("明细")
        sheet.append(["珠江示范小额贷款有限公司 委案清单"])
        sheet.merge_cells("A1:AD1")
        sheet.append([])
        rows_into(book, ROW, SECOND | {"委托方": ""}, sheet="明细")
        sheet.merge_cells("B4:B5")

    assert same(workbook(shape)) == []


def test_a_heading_of_two_rows() -> None:
    upper = ["案件编号", "委托方", "产品", "债务人", *[""] * 26]
    lower = ["", "", "", *list(ROW)[3:]]
    body = PLAIN.split("\r\n", 1)[1]
    assert same(",".join(upper) + "\r\n" + ",".join(lower) + "\r\n" + body) == []


def test_two_sheets_of_cases_are_both_read() -> None:
    def shape(book: Any) -> None:
        rows_into(book, ROW)
        rows_into(book, SECOND, SECOND | {"案件编号": ""}, sheet="二组")

    found, faults = read(workbook(shape))
    assert [row["case"] for row in found] == ["C1", "C2"]
    assert (faults[0].file, faults[0].row, faults[0].field) == ("交案.csv [二组]", 3, "案件编号")


@pytest.mark.parametrize("mac", [False, True])
def test_a_workbooks_dates_and_numbers(mac: bool) -> None:
    """Dates as dates, and as the bare day numbers that a lost format leaves; 15 digits of a sum."""
    first = 46342 - 1462 * mac

    def shape(book: Any) -> None:
        if mac:
            book.epoch = CALENDAR_MAC_1904
        row: dict[str, Any] = dict(ROW)
        row |= {"委案日": first, "退案日": datetime(2026, 12, 31, 0, 0)}  # noqa: DTZ001
        row |= {"最近还款日": date(2026, 9, 9), "应还总额": 9170.17 + 206.32 + 1e-12, "费用": 0}
        row |= {"手机号": 12852573618, "年龄": 45.0, "剩余本金": 9170.17, "利息": "206.32"}
        rows_into(book, row)

    found, faults = read(workbook(shape))
    assert faults == []
    assert found == [TRUTH[0] | {"_row": 2}]


@pytest.mark.parametrize("number", [990000198103214198, 9.90000198103214e17])
def test_a_number_that_lost_its_last_digits_is_no_identity(number: float) -> None:
    faults = read(workbook(lambda book: rows_into(book, dict(ROW) | {"证件号码": number})))[1]
    assert [one.message for one in faults] == ["a spreadsheet turned this into a number"]
    rounded = text(ROW | {"证件号码": "990000198103214000"})
    assert [one.field for one in read(rounded)[1]] == ["证件号码"]


def test_merged_sums_are_not_given_to_both() -> None:
    def shape(book: Any) -> None:
        sheet = rows_into(book, ROW, ROW | {"案件编号": "C2", "应还总额": None})
        sheet.merge_cells("P2:P3")

    found, faults = read(workbook(shape))
    assert [row["case"] for row in found] == ["C1"]
    assert (faults[0].row, faults[0].field, faults[0].message) == (3, "应还总额", "empty")


def test_quotation_marks_and_lines_inside_a_cell() -> None:
    odd = {"居住地址": '广东省广州市"林和"街道\n208号, 2室', "备注": "第一行\r\n第二行"}
    found, faults = read(text(ROW | odd))
    assert faults == []
    assert found[0]["home"] == '广东省广州市"林和"街道 208号, 2室'
    assert found[0]["note"] == "第一行 第二行"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_character_cut_in_half_spoils_its_row_only(encoding: str) -> None:
    """As old systems do that cut a field at so many bytes."""
    half = "麦浪路".encode(encoding)[:-1]
    raw = PLAIN.encode(encoding)
    found, [fault] = read(raw.replace("麦浪路208号".encode(encoding), half, 1))
    assert [row["case"] for row in found] == ["C2"]
    assert (fault.row, fault.field, fault.message) == (2, "居住地址", "a damaged character")


def totals(total: str) -> dict[str, str]:
    sums = {"案件编号": "合计", "剩余本金": "9270.17", "利息": "412.64", "应还总额": total}
    return dict.fromkeys(ROW, "") | sums


def test_a_line_of_totals_is_no_case_and_is_held_against_the_rows() -> None:
    assert same(text(ROW, SECOND, totals("9,682.81"))) == []
    [fault] = same(text(ROW, SECOND, totals("9682.18")))
    assert (fault.row, fault.field, fault.mend) == (4, "应还总额", "the rows add up to 9682.81")


def test_a_remark_below_is_named_once() -> None:
    [fault] = same(PLAIN + "制表人：张三\r\n")
    assert (fault.message, fault.row, fault.value) == ("no case in this row", 4, "制表人：张三")


@pytest.mark.parametrize(
    ("form", "encoding"), [(text, "utf-8"), (text, "gb18030"), (page, "utf-8")]
)
def test_a_file_cut_off_keeps_its_whole_rows(form: Callable[..., str], encoding: str) -> None:
    """Wherever it is cut: the rows before stand, and the last is never half read in silence."""
    row = form(ROW).removesuffix("</table></body></html>").encode(encoding)
    body = form(ROW, SECOND).removesuffix("</tr></table></body></html>").encode(encoding)
    for end in range(len(row) + 9, len(body) - 4, 13):
        found, faults = read(body[:end])
        assert [one["case"] for one in found] == ["C1"], end
        assert {one.row for one in faults} - {4} == {3} or form is page, end
        assert faults, end


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
        (workbook(lambda book: rows_into(book, ROW))[:-300], "damaged"),
        (b"%PDF-1.7", "not a table"),
        (zipped(a_csv=b"1", b_csv=b"2"), "not one table"),
        (zipped(a_zip=zipped(a_csv=b"1")), "a zip in a zip"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "another kind"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "XML spreadsheet"),
        (page({"x": "y"}).replace("手机号", "?").encode(), "missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_in_words(content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message) as told:
        read(content, "file.xls")
    assert all(one.mend and one.file for one in told.value.faults)


def test_every_form_again_changes_nothing(office: Office) -> None:
    """The same cases in another form are the same cases."""
    assert land(office, PLAIN).counts == {"new": 2}
    for form in ("gbk", "traditional", "english", "a page saved as .xls", "a zip with a csv"):
        assert land(office, SAME_TEXTS[form]).counts == {"same": 2}
    assert case(office)["balance"]["total"] == 937649


def old_workbook(*rows: dict[str, Any]) -> bytes:
    """A workbook of 1987 (BIFF 2, code page 936), as the oldest core systems still write."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    out = record(0x0009, struct.pack("<HH", 2, 0x10)) + record(0x0042, struct.pack("<H", 936))
    for y, cells in enumerate([list(ROW), *(list(row.values()) for row in rows)]):
        for x, cell in enumerate(cells):
            at = struct.pack("<HH3x", y, x)
            if isinstance(cell, str):
                said = cell.encode("gbk")
                out += record(0x0004, at + bytes([len(said)]) + said)
            else:
                out += record(0x0003, at + struct.pack("<d", cell))
    return out + record(0x000A, b"")


def test_an_old_workbook_is_read() -> None:
    numbers = dict(ROW) | {"手机号": 12852573618.0, "剩余本金": 9170.17, "委案日": 46342.0}
    assert same(old_workbook(numbers, SECOND)) == []
