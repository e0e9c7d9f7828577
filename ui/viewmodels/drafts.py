"""A letter being written: what it would print, with which faults, as it is typed or saved elsewhere."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from agent_app.documents.fields import put, sample_case
from agent_app.documents.shelf import FOLDERS, Draft, preview
from agent_app.documents.typesetting.fonts import Fonts, load_fonts
from agent_app.domain.errors import Unavailable
from agent_app.domain.languages import LANGUAGES
from ui.jobs import Jobs

_PAUSE_MS = 250
_SAVED_MS = 80
"""Editors write a file in several steps; what is read too early is read again."""
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "usual": {},
    "rare": {"debtor.name": "欧阳䶮㛃𬱖", "address.text": "广东省佛山市顺德区大良街道𠅤园路 9 号"},
    "long": {
        "debtor.name": "阿卜杜热西提·买买提吐尔逊·艾合买提江",
        "address.text": "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒市" * 3,
        "creditor.name": "中国某某某某消费金融股份有限公司信用卡与个人贷款业务管理中心",
    },
    "hostile": {"debtor.name": "{{ 7*7 }}<b>\u202e", "address.text": "{% include 'x' %} </w:t>"},
}
"""Invented people to try a letter on, by what is odd about them."""
_MANY = 60


class DraftsModel(QObject):
    """The templates below `folder` (a pack), one of them open as `text`. `tried` says there is a
    new `draft`; `reread` that the file changed under us; `failed` carries an error."""

    tried = Signal()
    reread = Signal()
    failed = Signal(object)

    def __init__(self, folder: Path, cache: Path, jobs: Jobs, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.folder, self._jobs, self._now = folder, jobs, now
        self._cache = cache
        self._fonts: Fonts | None = None
        self.file = ""
        self.text = ""
        self._saved = ""
        self.language, self.sample = LANGUAGES[0], "usual"
        self.draft = Draft(b"", "", ())
        self._asked = 0
        self._pause = _timer(self, _PAUSE_MS, self._try)
        self._settle = _timer(self, _SAVED_MS, self._read_again)
        self._watch = QFileSystemWatcher(self)
        self._watch.fileChanged.connect(lambda _: self._settle.start())
        self._watch.directoryChanged.connect(lambda _: self._settle.start())
        self._watch.addPaths([str(folder / one) for one in FOLDERS if (folder / one).is_dir()])

    def files(self) -> tuple[str, ...]:
        """Every template of the pack, by its path inside it."""
        found = [path for one in FOLDERS for path in (self.folder / one).glob("*.md")]
        return tuple(sorted(path.relative_to(self.folder).as_posix() for path in found))

    @property
    def unsaved(self) -> bool:
        return self.text != self._saved

    def open(self, file: str) -> None:
        if self.file:
            self._watch.removePath(str(self.folder / self.file))
        self.file = file
        self._watch.addPath(str(self.folder / file))
        self.text = self._saved = (self.folder / file).read_text("utf-8")
        self.reread.emit()
        self._try()

    def type(self, text: str) -> None:
        """What stands in the editor now; tried after a short pause."""
        self.text = text
        self._pause.start()

    def save(self) -> None:
        (self.folder / self.file).write_text(self.text, "utf-8")
        self._saved = self.text

    def show_in(self, language: str) -> None:
        self.language = language
        self._try()

    def try_on(self, sample: str) -> None:
        """One of SAMPLES."""
        self.sample = sample
        self._try()

    def _read_again(self) -> None:
        """Saved by another editor. What was typed here and not saved is kept and shown."""
        path = self.folder / self.file
        if not self.file or not path.is_file():
            return
        if str(path) not in self._watch.files():
            self._watch.addPath(str(path))  # editors that replace a file end the watch
        told = path.read_text("utf-8", errors="replace")
        if told != self._saved and not self.unsaved:
            self.text = self._saved = told
            self.reread.emit()
        self._try()

    def _try(self) -> None:
        if not self.file:
            return
        self._asked += 1
        asked = self._asked
        made = partial(
            self._made, self.text, self.language, self.file, _case(self.sample), self._now()
        )
        self._jobs.store(made, done=partial(self._show, asked), failed=self.failed.emit)

    def _made(
        self, text: str, language: str, file: str, case: Mapping[str, Any], at: datetime
    ) -> Draft:
        if self._fonts is None:
            self._fonts = load_fonts(self._cache)
        files = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for one in FOLDERS
            for path in (self.folder / one).glob("*")
            if path.is_file()
        }
        return preview(
            text, language=language, files=files, fonts=self._fonts, at=at, case=case, file=file
        )

    def _show(self, asked: int, draft: Draft) -> None:
        if asked == self._asked:
            self.draft = draft
            self.tried.emit()


def pack_folder(pack: str, shipped: Path) -> Path:
    """The folder of a pack given by its own path or by the id of a shipped one."""
    for folder in (Path(pack), shipped / pack):
        if any((folder / one).is_dir() for one in FOLDERS):
            return folder
    raise Unavailable(f"no letters in {pack}: give a pack's id or folder")


def _case(sample: str) -> dict[str, Any]:
    case = copy.deepcopy(sample_case(rows=_MANY if sample == "long" else 12))
    for path, value in SAMPLES[sample].items():
        put(case, path, value)
    return case


def _timer(parent: QObject, wait_ms: int, then: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(then)
    return timer
