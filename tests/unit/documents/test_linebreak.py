from hypothesis import given
from hypothesis import strategies as st

from agent_app.documents.typesetting.linebreak import NEVER_FIRST, NEVER_LAST, break_lines

MIXED = st.text(
    alphabet="中文字断行标点，。；：！？》”、）《“（—…ab 12.-/¥", min_size=1, max_size=200
)


def lines(text: str, ems: int = 12) -> list[str]:
    advances = [500 if c < "\u2e80" else 1000 for c in text]
    return [text[at.start : at.end] for at in break_lines(text, advances, ems * 1000, ems * 1000)]


@given(MIXED, st.integers(8, 40))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, ems: int) -> None:
    found = lines(text, ems)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    for line in found:
        width = sum(0.5 if c < "\u2e80" else 1 for c in line)
        assert width <= ems * 1.04 + 1


def test_marks_that_close_never_begin_a_line() -> None:
    text = (
        "您与某某消费金融股份有限公司签订的《个人消费借款合同》，约定借款期限十二个月；现已逾期。"
        * 4
    )
    for width in range(6, 40):
        for line in lines(text, width)[1:]:
            assert line[0] not in NEVER_FIRST, (width, line)
        for line in lines(text, width)[:-1]:
            assert line[-1] not in NEVER_LAST, (width, line)


def test_amounts_dates_and_dashes_are_never_cut() -> None:
    words = ("13,914.50", "2026-12-05", "CD-2026-000001", "——", "……")
    for word in words:
        text = f"截至今日您共计应还人民币{word}元整请您核对"
        for width in range(8, 24):
            assert any(word in line for line in lines(text, width)), (word, width)


def test_english_breaks_at_blanks() -> None:
    assert lines("Please call when it suits you", 8) == ["Please call when", "it suits you"]


def test_a_word_wider_than_the_paper_is_cut() -> None:
    assert lines("a" * 50, 10) == ["a" * 20, "a" * 20, "a" * 10]
