"""The day of the tour: a fresh device in the morning, a reviewed visit in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_app.domain.rules import State
from agent_app.queries.today import DayList
from agent_app.verify import verify_file
from ui.app import catch_errors
from ui.demo import LocalOffice
from ui.desktop import Desktop
from ui.pages.bundle_sheet import BundleForm
from ui.tour.cast import Cast
from ui.tour.doorstep import Visit
from ui.tour.hand import Hand, NotThere
from ui.tour.looks import FIRST, LOOKS, look_again, look_at, wear
from ui.tour.report import Report
from ui.tour.talk import PANELS, PICTURED, SOMEONE_ELSE, STOPPED, TALK

APPOINTMENT = "cn.rung.appointment"
BEARABLE = 2_000_000
"""Minor units: a debt that a year of instalments can clear, so that the day has an agreement."""
DOORS = 3
SENTENCE = "早出晚归 平安到家 伞在门后"


@dataclass(frozen=True)
class Company:
    """The two who take part, each with a device of their own, and their office."""

    office: LocalOffice
    url: str
    agent: Desktop
    lead: Desktop
    cast: Cast
    out: Path


class Day:
    """Every step of issue 2's whole day, through the pages."""

    def __init__(self, company: Company, report: Report) -> None:
        screens = company.out / "screens"
        screens.mkdir(parents=True, exist_ok=True)
        self._company, self._report = company, report
        unexpected: list[BaseException] = []
        catch_errors(unexpected.append)
        self.agent = Hand(company.agent, screens, unexpected)
        self.lead = Hand(company.lead, screens, unexpected)
        self._case = self._second = self._third = self.visit = ""

    def play(self) -> None:
        """The whole day, in order. Raises at the first step that fails."""
        self._enrol()
        self._look_round()
        self._unlock()
        self._visit_with_agreement()
        self._visit_wrong_person()
        self._visit_stopped()
        self._send()
        self._review()
        self._hear_back()
        self._other_looks()

    # -- morning

    def _enrol(self) -> None:
        company = self._company
        with self._report.step("入职：一次性代码 enrol") as counts:
            self._join(self.agent, company.cast.agent, picture="enrol")
            self._synced(self.agent)
            day = self._day()
            counts |= {"cases": day.total, "open_now": day.open_now}

    def _join(self, hand: Hand, person: str, *, picture: str = "") -> None:
        code = self._company.office.run("device", "code", person).split()[-1]
        hand.desktop.begin()
        hand.type("enrol-address", self._company.url)
        hand.type("enrol-code", code)
        hand.type("enrol-secret", SENTENCE)
        hand.type("enrol-again", SENTENCE)
        if picture:
            hand.picture(picture)
        hand.press("enrol-join")
        hand.wait(lambda: hand.desktop.office is not None, "the profile to open", 60)

    def _synced(self, hand: Hand) -> None:
        syncing = hand.desktop.syncing
        assert syncing is not None
        hand.wait(lambda: not syncing.busy, "the sync to end", 120)
        hand.settle()

    def _look_round(self) -> None:
        hand = self.agent
        with self._report.step("看一天的安排 today, cases, case") as counts:
            hand.picture("today")
            self._announce()
            doors = [d for d in self._day().doors if d.knock is State.allow and not d.visit]
            doors.sort(key=lambda door: door.owed.minor > BEARABLE)
            if len(doors) < DOORS:
                raise NotThere(f"{DOORS} doors that may be knocked on now")
            self._case, self._second, self._third = (door.case for door in doors[:3])
            hand.press("nav-cases")
            hand.type("cases-search", doors[0].debtor)
            hand.wait(lambda: hand.sees(f"door-{self._case}"), "the case found by name")
            hand.picture("cases-search")
            hand.press(f"door-{self._case}")
            hand.picture("case")
            counts["debtor_found_by"] = len(doors[0].debtor)

    def _announce(self) -> None:
        """Where nobody has been told yet, tell three debtors when we come, as the agent would."""
        hand = self.agent
        waiting = [d for d in self._day().doors if d.rule == APPOINTMENT and not d.visit]
        if self._day().open_now >= DOORS:
            return
        waiting.sort(key=lambda door: door.owed.minor > BEARABLE)
        for door in waiting[:DOORS]:
            hand.press("nav-cases")
            hand.type("cases-search", door.case)
            hand.press(f"door-{door.case}")
            hand.press("case-appointment")
            hand.choose("appointment-time", "0")
            hand.picture("appointment")
            hand.press("appointment-keep")

    def _unlock(self) -> None:
        hand = self.agent
        with self._report.step("锁屏与解锁 lock, wrong passphrase, unlock"):
            hand.press("lock")
            hand.wait(lambda: hand.sees("unlock-secret"), "the lock screen")
            hand.type("unlock-secret", "不是这一句")
            hand.press("unlock-enter")
            hand.wait(lambda: hand.desktop.jobs.running == 0, "the answer", 60)
            if hand.desktop.office is not None:
                raise NotThere("a refusal of the wrong passphrase")
            hand.picture("unlock-wrong")
            hand.type("unlock-secret", SENTENCE)
            hand.press("unlock-enter")
            hand.wait(lambda: hand.desktop.office is not None, "the profile to open", 60)
            self._synced(hand)

    # -- at the doors

    def _knock(self, case: str) -> None:
        hand = self.agent
        hand.press("nav-cases")
        hand.type("cases-search", case)
        hand.press(f"door-{case}")
        address = self._page_model().page.doors[0].address.id
        hand.press(f"start-{address}")
        hand.wait(lambda: hand.sees("visit-next"), "the visit page")

    def _visit_with_agreement(self) -> None:
        hand = self.agent
        with self._report.step("上门：从敲门到签约 visit, plan, agreement, letter") as counts:
            self._knock(self._case)
            talk = TALK | PANELS | {"way": "plan", "outcome": "agreement_signed"}
            visit = Visit(hand, talk | {"identity": self._identity})
            visit.walk(pictures=PICTURED)
            counts["screens"] = len(visit.screens)
            hand.wait(lambda: not hand.sees("visit-next"), "the end of the visit")
        self._keep_papers()

    def _identity(self, hand: Hand) -> None:
        """The person says two things of themselves."""
        truth = self._company.cast.truths[self._case]
        for name in ("id_last4", "phone_last4"):
            hand.type(f"identity-{name}", truth[name])
        hand.press("identity-check")

    def _visit_wrong_person(self) -> None:
        hand = self.agent
        with self._report.step("上门：应门的不是本人 wrong person"):
            self._knock(self._second)
            pictures = {"third_answer": "visit-third-party"}
            Visit(hand, SOMEONE_ELSE).walk(pictures=pictures)
            hand.wait(lambda: not hand.sees("visit-next"), "the end of the visit")

    def _visit_stopped(self) -> None:
        """The door opens, they ask us to leave, we leave at once. Seen in every look on the way."""
        hand = self.agent
        with self._report.step("上门：对方请我们离开 stopped, and the page in every look"):
            self._knock(self._third)
            Visit(hand, TALK).walk(pictures={}, until="documents")
            look_again(hand, "visit")
            hand.wait(lambda: hand.sees("visit-screen"), "the visit page")
            hand.settle()
            hand.press("visit-stop")
            hand.choose("stop-reasons", "asked_to_leave")
            hand.picture("visit-stop")
            hand.press("stop-now")
            Visit(hand, STOPPED).walk(pictures={"left": "visit-leave"})
            hand.wait(lambda: not hand.sees("visit-next"), "the end of the visit")

    def _keep_papers(self) -> None:
        """What the day made, taken from the sealed store as the letters page shows it."""
        from agent_app.store import events, files

        office = self.agent.desktop.office
        assert office is not None
        desk, case, out = office.desk, self._case, self._company.out
        found: list[str] = []

        def take() -> None:
            for event in events.of_case(desk.db, case):
                names = {"agreement_signed": "agreement.pdf", "letter_printed": "letter.pdf"}
                if event.kind in names and event.files:
                    stored = files.get(desk.db, event.id, event.files[0]["slot"])
                    assert stored is not None
                    (out / names[event.kind]).write_bytes(desk.files.read(stored))
                    found.append(names[event.kind])
                if event.visit:
                    self.visit = event.visit

        with self._report.step("协议与函件 agreement.pdf, letter.pdf") as counts:
            self.agent.desktop.jobs.store(take)
            self.agent.settle()
            if len(found) < 2:
                raise NotThere(f"both papers; there is {found}")
            counts["made"] = len(found)
            self.agent.turn_to("letters", case)
            self.agent.picture("letters")
            self.agent.turn_to("letters", None)
            self.agent.picture("register")

    # -- evening

    def _send(self) -> None:
        hand = self.agent
        with self._report.step("回传 outbox, sync, receipts") as counts:
            hand.press("nav-outbox")
            hand.picture("outbox-waiting")
            hand.press("outbox-sync")
            self._synced(hand)
            self._synced(hand)
            hand.press("nav-outbox")
            hand.settle()
            box = hand.model().outbox
            if not box.nothing_missing:
                raise NotThere(f"everything confirmed; {box.confirmed} of {box.total}")
            hand.picture("outbox-confirmed")
            counts |= {"events": box.total, "confirmed": box.confirmed}

    def _open_evidence(self, hand: Hand, kind: str) -> None:
        """A paper of the visit, fetched from the office by the lead's device."""
        event = next(one for one in hand.model().replay.events if one.kind == kind)
        hand.press(f"step-{event.id}")
        hand.wait(lambda: hand.sees("evidence-sheet"), f"the paper of {kind}")
        hand.look(0.5)
        hand.picture(f"replay-{kind.partition('_')[0]}")
        hand.press("evidence-sheet-close")

    def _review(self) -> None:
        hand = self.lead
        with self._report.step("主管复核 review, replay, accept, send back") as counts:
            self._join(hand, self._company.cast.lead)
            self._synced(hand)
            hand.press("nav-reviews")
            hand.picture("reviews")
            visits = {row.case: row.visit for row in hand.model().rows}
            counts["visits"] = len(visits)
            hand.press(f"review-{self.visit}")
            hand.picture("replay")
            for kind in ("agreement_signed", "letter_printed"):
                self._open_evidence(hand, kind)
            self._keep_bundle(hand)
            hand.press("accept")
            hand.settle()
            hand.press("nav-reviews")
            hand.press(f"review-{visits[self._second]}")
            hand.press("send-back")
            hand.type("replay-comment", "请补充对方愿意转告的原话要点。")
            hand.picture("send-back")
            hand.press("send-back-now")
            hand.settle()
            hand.desktop.sync()
            self._synced(hand)
            self._look_over(hand)

    def _keep_bundle(self, hand: Hand) -> None:
        """The lead makes the evidence bundle, the sums blacked out; it proves."""
        hand.press("bundle")
        hand.press("bundle-hide-money")
        hand.picture("bundle")
        made: list[str] = []
        form = hand.see("bundle-form")
        assert isinstance(form, BundleForm)
        form.made.connect(made.append)
        form.save(self._company.out / "redacted.bundle")
        hand.wait(lambda: bool(made), "a bundle with the sums blacked out")
        hand.press("bundle-sheet-close")
        told = verify_file(Path(made[0]))
        if not told.ok:
            raise NotThere(f"a redacted bundle that proves: {told.broken}")

    def _look_over(self, hand: Hand) -> None:
        """What else is on the lead's desk: other rules, the team, the rules themselves."""
        hand.press("nav-reviews")
        hand.press("reviews-what-if")
        model = hand.model()
        hand.wait(lambda: model.visits and not model.busy_judging, "the visits judged again")
        hand.picture("what-if")
        hand.press("nav-team")
        hand.picture("team")
        hand.press("nav-settings")
        hand.press("settings-rules")
        hand.press("pack-cn")
        hand.picture("rulebook")

    def _hear_back(self) -> None:
        hand = self.agent
        with self._report.step("外访员收到退回 sent back to the agent") as counts:
            hand.desktop.sync()
            self._synced(hand)
            hand.press("nav-today")
            sent_back = [door.case for door in self._day().doors if door.sent_back]
            if sent_back != [self._second]:
                raise NotThere(f"one visit sent back; there are {sent_back}")
            hand.picture("today-sent-back")
            counts["sent_back"] = len(sent_back)

    # -- the same pages, other eyes

    def _other_looks(self) -> None:
        with self._report.step("英文、深色、平板、大字 en, dark, tablet, 200 %"):
            case = self._case
            look_at(
                self.agent,
                [
                    *(("today", None), ("cases", None), ("case", case), ("letters", case)),
                    *(("outbox", None), ("settings", None), ("rehearsal", None)),
                ],
            )
            look_at(self.lead, [("reviews", None), ("replay", (case, self.visit, ()))])
            wear(self.agent, *(LOOKS[2][1:]))
            self.agent.press("lock")
            self.agent.wait(lambda: self.agent.sees("unlock-secret"), "the lock screen")
            self.agent.picture("unlock-en-dark-tablet")
            wear(self.agent, *FIRST)

    # -- reading

    def _day(self) -> DayList:
        hand = self.agent
        hand.wait(lambda: hand.sees("nav-today"), "the navigation")
        hand.press("nav-today")
        hand.wait(lambda: self._page_model().day is not None, "the day list")
        day = self._page_model().day
        assert isinstance(day, DayList)
        return day

    def _page_model(self) -> Any:
        return self.agent.model()
