"""A visit driven on the visit page, question by question, as the agent's hand would."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDateEdit, QLineEdit, QWidget

from ui.tour.hand import Hand, NotThere

QUESTION = "question-"
ATTESTED = "attest_"
LONGEST = 60
"""Screens a visit may have before the tour believes it goes in circles."""

Panel = Callable[[Hand], object]
Answer = str | Panel


class Visit:
    """Goes through the script. `answers` by the question's name: choices separated by spaces,
    text, or a function that works the app's own panel."""

    def __init__(self, hand: Hand, answers: Mapping[str, Answer]) -> None:
        self._hand, self._answers = hand, answers
        self.screens: list[str] = []

    def walk(self, *, pictures: Mapping[str, str], until: str = "") -> None:
        """Answer and go on until the visit closes, or until the screen with question `until`.

        `pictures` names the question on whose screen a picture is taken once answered.
        """
        hand = self._hand
        for _ in range(LONGEST):
            hand.wait(self._questions, "a question")
            names = [self._name(box) for box in self._questions()]
            if until and until in names:
                return
            self.screens.append("+".join(names))
            self._answer_all()
            for name in names:
                if name in pictures:
                    hand.picture(pictures[name])
            if not hand.sees("visit-next"):
                return
            hand.press("visit-next")
            if not hand.sees("visit-next"):
                return
            if [self._name(box) for box in self._questions()] == names:
                hand.picture("stuck")
                raise NotThere(f"the visit does not go on from {names}")
        raise NotThere(f"the visit does not end: {self.screens}")

    def _answer_all(self) -> None:
        """Questions come and go as others are answered, so look again after each."""
        done: set[str] = set()
        while box := next((b for b in self._questions() if b.objectName() not in done), None):
            done.add(box.objectName())
            name = self._name(box)
            answer = self._answers.get(name)
            if callable(answer):
                answer(self._hand)
            elif answer is not None:
                self._put(box, answer)
            elif name.startswith(ATTESTED):
                self._put(box, "yes")
            elif confirm := box.findChild(QWidget, "choice-OK"):
                self._click(confirm)

    def _put(self, box: QWidget, answer: str) -> None:
        cards = {w.objectName(): w for w in box.findChildren(QWidget) if w.isVisible()}
        choices = [cards.get(f"choice-{value}") for value in answer.split()]
        if any(name.startswith("choice-") for name in cards):
            if not all(choices):
                raise NotThere(f"{self._name(box)} to offer {answer!r}; it offers {sorted(cards)}")
            for card in choices:
                assert card is not None
                self._click(card)
            return
        dates = box.findChild(QDateEdit)
        field = box.findChild(QLineEdit)
        if dates is not None:
            from PySide6.QtCore import QDate

            dates.setDate(QDate.fromString(answer, Qt.DateFormat.ISODate))
        elif field is not None:
            field.selectAll()
            field.insert(answer)
            field.editingFinished.emit()
        else:
            raise NotThere(f"{self._name(box)} has no place for {answer!r}: {sorted(cards)}")
        self._hand.settle()

    def _click(self, target: QWidget) -> None:
        if isinstance(target, QAbstractButton):
            target.click()
        else:
            QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        self._hand.settle()

    def _questions(self) -> list[QWidget]:
        boxes = self._hand.window.findChildren(QWidget)
        shown = [b for b in boxes if b.objectName().startswith(QUESTION) and b.isVisible()]
        return sorted(shown, key=lambda box: box.mapTo(self._hand.window, box.rect().topLeft()).y())

    @staticmethod
    def _name(box: QWidget) -> str:
        return box.objectName().rsplit("/", 1)[-1]
