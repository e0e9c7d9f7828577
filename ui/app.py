"""The Qt application: fonts, theme, Qt's own translations, and what happens to an unexpected error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from ui.theme import load_fonts, load_theme, wear


def build_app(
    arguments: Sequence[str] = ("doorstep",),
    *,
    language: str = "zh_CN",
    theme: str = "light",
    scale: int = 100,
) -> QApplication:
    """The one QApplication, dressed. Called again it dresses the one there is."""
    existing = QApplication.instance()
    if existing is None:  # a signature keeps every point its pen gave
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app = existing if isinstance(existing, QApplication) else QApplication(list(arguments))
    app.setApplicationName("doorstep")
    app.setApplicationDisplayName("上门通 Doorstep")
    app.setStyle("Fusion")
    _translate(app, language)
    wear(load_theme(_chosen(app, theme), scale=scale, family=load_fonts()))
    return app


def _chosen(app: QApplication, theme: str) -> str:
    """The theme of that name; "system" is light or dark as the desktop is."""
    if theme != "system":
        return theme
    dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def catch_errors(tell: Callable[[BaseException], object]) -> None:
    """Hand every error nobody caught to `tell`, so that a slot's error is shown, not swallowed."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            tell(error)

    sys.excepthook = hook


def _translate(app: QApplication, language: str) -> None:
    """Qt's own words (dialogs, date pickers) in `language`; English is built in."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(translator)
