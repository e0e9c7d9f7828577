"""One invented letter for every engine, and how typst, WeasyPrint and fpdf2 set it."""

import json
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

FONT_CACHE = Path(tempfile.gettempdir()) / "doorstep-bench-fonts"
ORG, TITLE = "蓉城信和资产服务有限公司", "逾期债务提示函"
CONTACT = "地址：成都市高新区天府大道北段一千二百号　电话：028-8000-0000　代码：91510100MA0000000X"
NOTE = "注：上表金额以人民币元计，利息与违约金计算至本函出具之日，实际金额以清偿当日系统记载为准。"
FOOT = (
    "本函一式两份，一份送达债务人，一份由本公司存档。对所载事项有异议的，可凭编号与二维码查询核验。"
)
HEAD = ("期数", "应还日期", "应还本金", "应还利息", "违约金", "合计")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国志梅华鹏宇浩欣怡子涵梓轩雨诺思远嘉琪俊熙晨曦䶮㛃"
PLACES = (
    "四川省成都市锦江区春熙路",
    "浙江省杭州市余杭区文一西路",
    "广东省深圳市宝安区前进一路",
    "河南省郑州市金水区花园路",
)
PARAGRAPHS = (
    "您与债权人蓉江消费金融股份有限公司于{signed}签订编号为{contract}的《个人消费借款合同》，约定借款期限十二个月，按月等额本息还款。截至本函出具之日，您未按合同约定履行还款义务，已连续逾期{days}天。",
    "经债权人书面委托，本公司现依法向您说明：截至2026年11月22日，您尚欠本金、利息及违约金合计人民币{total}元。请您于收到本函之日起七日内，将上述款项足额存入合同约定的还款账户，或与本公司联系协商分期还款方案，我们愿意与您一起想办法。",
    "若您对欠款的来源、金额或还款记录有疑问，可以随时提出异议并提交证据，核实期间我们不会要求您还款；若协商不成，债权人可能依据《中华人民共和国民法典》及合同约定，采取提起诉讼、申请仲裁、申请支付令等合法方式主张权利，相关费用依法裁定。",
    "本公司工作人员在工作中将出示工作证件，不会以任何方式收取现金；如遇索要现金、威胁恐吓或泄露个人信息的行为，请您保存证据并拨打监督电话投诉。请您核对下列欠款明细：",
)


def letters(count: int) -> list[dict[str, Any]]:
    """Invented letters, the same for every engine."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        rows, total = [], 0
        for term in range(6):
            parts = [
                chance.randrange(*span) for span in ((80000, 250000), (3000, 26000), (100, 9000))
            ]
            total += sum(parts)
            money = [f"{part / 100:,.2f}" for part in (*parts, sum(parts))]
            due = f"2026-{term + 3:02d}-{chance.randrange(1, 29):02d}"
            rows.append([f"第{term + 1}期", due, *money])
        values = {
            "signed": f"2025年{chance.randrange(1, 13)}月{chance.randrange(1, 29)}日",
            "contract": f"XD{chance.randrange(10**10):010d}",
            "days": chance.randrange(31, 360),
            "total": f"{total / 100:,.2f}",
        }
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        made.append(
            values
            | {
                "serial": f"CS-2026-{number + 1:06d}",
                "name": name,
                "number": f"5101********{chance.randrange(10000):04d}",
                "address": f"{chance.choice(PLACES)}{chance.randrange(1, 999)}号{chance.randrange(101, 3305)}室",
                "paragraphs": [text.format(**values) for text in PARAGRAPHS],
                "rows": rows,
                "qr": f"https://example.invalid/v?n={number + 1:06d}&h={chance.getrandbits(64):016x}",
            }
        )
    return made


def svg(text: str) -> str:
    from agent_app.documents.qr import modules

    code = modules(text)
    dark = [
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.rows)
        for x, bit in enumerate(f"{row:0{code.size}b}")
        if bit == "0"
    ]
    box = f'viewBox="0 0 {code.size} {code.size}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="65pt" height="65pt" {box}><path d="{"".join(dark)}"/></svg>'


TYPST = r"""
#let data = json(bytes(sys.inputs.d))
#set page(width: 595.28pt, height: 841.89pt, margin: (x: 62pt, top: 120pt, bottom: 50pt), background: place(top + center, dy: 40pt)[
  #set par(first-line-indent: 0pt)
  #text(size: 14pt)[ORG] \ #text(size: 8pt)[CONTACT] #v(-4pt) #line(length: 471pt, stroke: 1pt + rgb("1c4a6b")) #v(2pt) #text(size: 17pt)[TITLE]])
#set text(font: "Noto Sans SC", size: 10.5pt, lang: "zh", region: "cn")
#set par(leading: 8pt, justify: true)
#for (i, r) in data.enumerate() {
  if i > 0 { pagebreak() }
  set par(first-line-indent: 0pt)
  text(size: 9pt)[编号 #r.serial]
  parbreak()
  [致：#r.name（身份证号码：#r.number）　地址：#r.address]
  parbreak()
  { set par(first-line-indent: (amount: 2em, all: true))
    for p in r.paragraphs { p; parbreak() } }
  text(size: 9.5pt, table(columns: (60pt, 80pt, 83pt, 83pt, 82pt, 83pt), stroke: .5pt, align: (x, y) => if x > 1 { right } else { left },
    ..("HEAD".split(",")), ..r.rows.flatten(), [合计], [], [], [], [], r.total))
  text(size: 8.5pt)[NOTE \ FOOT]
  parbreak()
  image(bytes(r.svg), format: "svg", width: 65pt, height: 65pt)
  align(right)[ORG \ 2026年11月22日]
}
"""


def with_picture(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"svg": svg(one["qr"])}


@cache
def typst_compiler(out: Path) -> Any:
    """Fonts found and the source at hand, as a program that prints all day has them."""
    import typst

    source = out / "letter.typ"
    text = TYPST
    for key, value in {
        "ORG": ORG, "CONTACT": CONTACT, "TITLE": TITLE, "HEAD": ",".join(HEAD), "NOTE": NOTE,
        "FOOT": FOOT,
    }.items():  # fmt: skip
        text = text.replace(key, value)
    source.write_text(text)
    return typst.Compiler(
        str(source), font_paths=[str(FONT_CACHE)], ignore_system_fonts=True,
        sys_inputs={"d": json.dumps([with_picture(letters(1)[0])])},
    )  # fmt: skip


def run_typst(made: list[dict[str, Any]], out: Path, mode: str) -> None:
    compiler = typst_compiler(out)
    batches = [made] if mode == "one" else [[one] for one in made]
    for number, batch in enumerate(batches):
        target = str(out / f"{number}.pdf")
        data = json.dumps([with_picture(one) for one in batch])
        compiler.compile(output=target, pdf_tags=False, sys_inputs={"d": data})


def html(one: dict[str, Any]) -> str:
    body = "".join(f"<p class=b>{text}</p>" for text in one["paragraphs"])
    table = [HEAD, *one["rows"], ("合计", "", "", "", "", one["total"])]
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in table)
    return (
        f"<div class=p><h1>{ORG}</h1><p class=s>{CONTACT}</p><hr><h2>{TITLE}</h2><p class=s>编号 {one['serial']}"
        f"<p>致：{one['name']}（身份证号码：{one['number']}）　地址：{one['address']}</p>{body}<table>{rows}</table>"
        f"<p class=s>{NOTE}<br>{FOOT}</p>{svg(one['qr'])}<p class=e>{ORG}<br>2026年11月22日</div>"
    )


def run_weasyprint(made: list[dict[str, Any]], out: Path, mode: str) -> None:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    face = next(FONT_CACHE.glob("NotoSansSC-Regular*.ttf"))
    fonts = FontConfiguration()
    sheet = CSS(
        string=f"@font-face{{font-family:F;src:url(file://{face})}}@page{{size:595.28pt 841.89pt;margin:40pt 62pt}}"
        "body{font:10.5pt F;margin:0}.p{break-after:page}.b{line-height:18.5pt;margin:0;text-indent:2em;text-align:justify}"
        ".s{font-size:8.5pt}h1,h2{text-align:center;font-weight:400}table{border-collapse:collapse;width:100%;font-size:9.5pt}"
        "td{border:.5pt solid #000;padding:4pt}.e{text-align:right}",
        font_config=fonts,
    )
    batches = [made] if mode == "one" else [[one] for one in made]
    for number, batch in enumerate(batches):
        page = HTML(string="<body>" + "".join(map(html, batch)))
        page.write_pdf(str(out / f"{number}.pdf"), stylesheets=[sheet], font_config=fonts)


def run_fpdf2(made: list[dict[str, Any]], out: Path, mode: str) -> None:
    from fpdf import FPDF

    face = next(FONT_CACHE.glob("NotoSansSC-Regular*.ttf"))
    batches = [made] if mode == "one" else [[one] for one in made]
    for number, batch in enumerate(batches):
        pdf = FPDF(unit="pt", format=(595.28, 841.89))
        pdf.set_margins(62, 40, 62)
        pdf.add_font("F", "", str(face))
        for one in batch:
            pdf.add_page()
            for size, text in ((14, ORG), (8, CONTACT), (17, TITLE), (9, one["serial"])):
                pdf.set_font("F", size=size)
                pdf.cell(0, size + 6, text, align="C", new_x="LMARGIN", new_y="NEXT")
            pdf.set_font("F", size=10.5)
            for text in (
                f"致：{one['name']}（{one['number']}）{one['address']}",
                *one["paragraphs"],
            ):
                pdf.multi_cell(0, 18.5, text, wrapmode="CHAR", new_x="LMARGIN", new_y="NEXT")
            for row in (HEAD, *one["rows"], ("合计", "", "", "", "", one["total"])):
                for cell in row:
                    pdf.cell(78, 20, cell, border=1)
                pdf.ln(20)
            pdf.multi_cell(0, 14, NOTE + FOOT, wrapmode="CHAR", new_x="LMARGIN", new_y="NEXT")
        pdf.output(str(out / f"{number}.pdf"))
