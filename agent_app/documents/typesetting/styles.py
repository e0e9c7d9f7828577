"""The type scale of every paper: sizes, spaces and the few colours used."""

from dataclasses import dataclass, replace

INK, SOFT, FAINT, HAIR, TINT = (
    "0.12 0.14 0.17",
    "0.38 0.42 0.47",
    "0.55 0.58 0.62",
    "0.8 0.82 0.85",
    "0.955 0.962 0.97",
)
ACCENT = "0.11 0.29 0.42"


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How a paragraph looks; sizes in points, indents in em. Known by identity: keep and reuse."""

    size: float
    leading: float
    after: float = 0.0
    before: float = 0.0
    first: float = 0.0
    align: str = "l"
    bold: bool = False
    colour: str = INK
    justify: bool = False

    @property
    def baseline(self) -> float:
        """Down from the top of a line."""
        return self.leading / 2 + self.size * 0.37


def styles(language: str, *, form: bool = False) -> dict[str, Style]:
    """The type scale: Chinese text is indented and justified, Latin text set apart by space.

    `form`: smaller, for a paper that is filled in and must stay on one page.
    """
    chinese = language.startswith("zh")
    body = (
        Style(10.5, 18.5, after=3.5, first=2, justify=True) if chinese else Style(10, 15, after=6.5)
    )
    if form:
        body = Style(8.4, 11.4, after=3)
    found = {
        "p": body,
        "lead": replace(body, first=0),
        "li": replace(body, first=0, after=1.5 if chinese else 3),
        "h2": Style(11, 18, before=7, after=2.5, bold=True, colour=ACCENT),
        "h3": Style(10.5, 17, before=4, after=2, bold=True),
        "note": Style(8.5, 13.5, after=3, colour=SOFT, justify=chinese),
        "cell l": Style(9.5, 14.5),
        "cell c": Style(9.5, 14.5, align="c"),
        "cell r": Style(9.5, 14.5, align="r"),
        "head l": Style(9, 14.5, colour=SOFT),
        "head c": Style(9, 14.5, align="c", colour=SOFT),
        "head r": Style(9, 14.5, align="r", colour=SOFT),
        "small": Style(8, 12, colour=SOFT),
        "small r": Style(8, 12, align="r", colour=SOFT),
        "signed": Style(body.size, 17, align="r"),
        "title": Style(17, 25, after=12, align="c", bold=True),
    }
    if form:
        small = {"cell": (8.2, 11), "head": (8.2, 11), "h3": (9.4, 13)}
        found |= {
            key: replace(style, size=small[key[:4].strip()][0], leading=small[key[:4].strip()][1])
            for key, style in found.items()
            if key[:4].strip() in small
        }
        found["li"] = replace(body, after=0.8)
        found["title"] = Style(14, 18, after=6, align="c", bold=True)
    return found
