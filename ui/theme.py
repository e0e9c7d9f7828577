"""The look: colours by meaning, one type scale, an 8-point grid, icons. Reads resources/qss and icons.

A `Theme` is a value. `wear` puts it on the application; widgets that paint by hand ask `worn()`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import zstandard
from PySide6.QtCore import QByteArray, QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer

THEMES = ("light", "dark", "contrast")
TONES = ("neutral", "accent", "success", "warn", "danger", "info", "speech")
TYPE_SCALE = {"display": 34, "title": 26, "heading": 20, "body": 16, "label": 14, "small": 13}
GRID = 8
TOUCH = 48
_FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
_WORN = "doorstep.theme"


@dataclass(frozen=True)
class Theme:
    """Colours of one theme and the text scale in percent (100 to 200)."""

    name: str
    colours: Mapping[str, str]
    scale: int = 100
    family: str = ""

    @property
    def sharp(self) -> bool:
        """Whether shapes must be told by their lines, for there is no shade between two grounds."""
        return self.name == "contrast"

    def colour(self, token: str) -> QColor:
        return QColor(self.colours[token])

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Ink and soft background of a tone."""
        if tone == "neutral":
            return self.colour("ink_soft"), self.colour("sunken")
        return self.colour(tone), self.colour(f"{tone}_soft")

    def px(self, style: str) -> int:
        """Pixel height of a type style at this text scale."""
        return round(TYPE_SCALE[style] * self.scale / 100)

    def font(self, style: str, *, bold: bool = False) -> QFont:
        font = QFont(self.family)
        font.setPixelSize(self.px(style))
        font.setBold(bold)
        return font

    def line(self, style: str) -> int:
        """Height of one line of a type style in pixels."""
        return QFontMetrics(self.font(style)).height()

    def target(self) -> int:
        """Smallest touch target in pixels; grows with the text."""
        return max(TOUCH, round(TOUCH * (0.5 + self.scale / 200)))

    def icon_px(self) -> int:
        return round(22 * (0.5 + self.scale / 200))


def load_theme(name: str, *, scale: int = 100, family: str = "") -> Theme:
    """The theme called `name`, one of THEMES."""
    tables = tomllib.loads((files("resources") / "qss" / "tokens.toml").read_text("utf-8"))
    return Theme(name, tables[name], scale, family)


@cache
def load_fonts() -> str:
    """Register the shipped fonts; the family to use (a system CJK font where none is shipped).

    Once a process: it takes a tenth of a second.
    """
    folder = files("resources") / "fonts"
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda item: item.name):
            if entry.name.endswith(".ttf.zst"):
                font = zstandard.decompress(entry.read_bytes())
                QFontDatabase.addApplicationFontFromData(QByteArray(font))
    known = set(QFontDatabase.families())
    return next((family for family in _FAMILIES if family in known), QFont().defaultFamily())


def wear(theme: Theme) -> None:
    """Put `theme` on the application: palette, font, style sheet."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("no application to dress")
    app.setProperty(_WORN, theme)
    QGuiApplication.setPalette(_palette(theme))
    QGuiApplication.setFont(theme.font("body"))
    app.setProperty("styleSheet", style_sheet(theme))


def worn() -> Theme:
    """The theme the application wears; the light one before `wear`."""
    app = QCoreApplication.instance()
    theme = app.property(_WORN) if app is not None else None
    return theme if isinstance(theme, Theme) else load_theme("light")


def style_sheet(theme: Theme) -> str:
    """base.qss with every @token@ filled from `theme`."""
    source = (files("resources") / "qss" / "base.qss").read_text("utf-8")
    values = dict(theme.colours)
    values |= {f"{style}_px": f"{theme.px(style)}px" for style in TYPE_SCALE}
    values |= {"target": f"{theme.target()}px", "inner": f"{theme.target() - 4}px"}
    values |= {"hair": "2px" if theme.sharp else "1px"}
    values["off"] = f"dashed {theme.colours['line']}" if theme.sharp else "solid transparent"
    return re.sub(r"@(\w+)@", lambda match: values[match[1]], source)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "page",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.PlaceholderText: "ink_faint",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.ToolTipBase: "ink",
        QPalette.ColorRole.ToolTipText: "page",
    }
    for role, token in roles.items():
        palette.setColor(role, theme.colour(token))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("ink_faint"))
    return palette


@cache
def _drawing(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """Icon `name` of resources/icons in one colour, `size` logical pixels square; drawn once."""
    key = f"{name} {colour.name()} {size} {ratio}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    drawing = _drawing(name).replace("currentColor", colour.name())
    image = QImage(QSize(size, size) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    drawn = QPixmap.fromImage(image)
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, ink: str = "ink", size: int = 24) -> QIcon:
    """Icon `name` in the worn theme's colour `ink`, with its faint disabled form."""
    theme = worn()
    made = QIcon(pixmap(name, theme.colour(ink), size, 2.0))
    faint = pixmap(name, theme.colour("ink_faint"), size, 2.0)
    made.addPixmap(faint, QIcon.Mode.Disabled)
    return made
