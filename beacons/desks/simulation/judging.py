"""The panel's part of a simulated round: interests, marks, shortlist, decision, announcement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, FloatField, Sum
from django.db.models.functions import Cast

from beacons.applications.models import Application
from beacons.core import workdays
from beacons.core.lifecycle import Refused
from beacons.desks.simulation import words
from beacons.directory.models import Body, User
from beacons.rounds.models import Criterion
from panel.actions import (
    announcement,
    decisions,
    feedback,
    interests,
    meetings,
    moderation,
    sheets,
    verifications,
)
from panel.models import Appointment, Assessment, Case, Decision, FeedbackLetter, Item, Mark, Verification
from panel.ranking import TOP_MARK
from panel.rules import meetings as meeting_rules
from panel.statuses import CaseStatus, FeedbackStatus, Presence, Recommendation, SheetStatus, VerificationKind

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year


class Judging:
    """Chair, vice-chair and members at work on one round."""

    def __init__(self, year: Year):
        self.year = year
        self.people, self.chance, self.clock, self.round = year.people, year.chance, year.clock, year.round
        self.seats = list(Appointment.objects.filter(seat__round=self.round).select_related("seat", "user"))
        self.severity = {seat.pk: self.chance.gauss(0, 0.4) for seat in self.seats}
        bids = Application.objects.filter(round=self.round).order_by("pk")
        self.worth = {bid.pk: self.chance.gauss(2.9, 0.8) for bid in bids}

    # Scoring --------------------------------------------------------------------------------------------

    def declare_and_assign(self) -> None:
        """Everybody declares before any paper opens; then the chair carries out the assignment."""
        at = self.clock.at
        interests.find(self.round, by=self.people.manager, at=at)
        eligible = list(Application.objects.filter(round=self.round).eligible().order_by("pk"))
        for number, seat in enumerate(self.seats):
            known = self.chance.sample(eligible, k=1) if number % 4 == 1 and eligible else []
            reasons = {bid.pk: "I advised this council two years ago." for bid in known}
            interests.declare(seat, reasons, by=seat.user, at=at + timedelta(minutes=number))
        sheets.assign(self.round, by=self.people.chair, at=at + timedelta(hours=2))

    def mark(self) -> None:
        """Members mark over three weeks; one is late and is given two days, one falls ill and is discharged."""
        waiting = Assessment.objects.filter(case__application__round=self.round).for_list().order_by("pk")
        late, ill = self._late_and_ill(list(waiting))
        for sheet in waiting:
            if sheet in (late, ill):
                continue
            self.clock.plan(self.year.during(0.15, 0.97), lambda at, s=sheet: self.fill_and_lodge(s, at))
        closes = self.year.stage.closes_at
        if late:
            self.clock.plan(closes - timedelta(hours=3), lambda at: self.extend(late, at))
        if ill:
            self.clock.plan(closes - timedelta(hours=2), lambda at: self.discharge(ill, at))

    def _late_and_ill(self, waiting: list[Assessment]) -> tuple[Assessment | None, Assessment | None]:
        """A sheet to be late with, and one that its case can spare: two others remain, one of each body."""
        for ill in reversed(waiting):
            rest = {s.appointment.seat.body for s in waiting if s.case_id == ill.case_id and s != ill}
            if set(Body.values) <= rest and ill.case_id != waiting[0].case_id:
                return waiting[0], ill
        return (waiting[0] if waiting else None), None

    def fill_and_lodge(self, sheet: Assessment, at: datetime) -> None:
        worth = self.worth[sheet.case.application_id] + self.severity[sheet.appointment_id]
        marks = {
            criterion.pk: (
                min(5, max(0, round(worth + self.chance.gauss(0, 0.6)))),
                False,
                self.chance.choice(words.REASONS),
            )
            for criterion in self.round.criteria.all()
        }
        sheets.save_marks(sheet, marks, by=sheet.appointment.user, at=at)
        sheets.lodge(sheet, by=sheet.appointment.user, at=at)

    def extend(self, sheet: Assessment, at: datetime) -> None:
        until = self.year.stage.closes_at + timedelta(days=2)
        sheets.extend(sheet, until=until, why="Her train was cancelled.", by=self.people.chair, at=at)
        self.clock.plan(until - timedelta(hours=5), lambda then: self.fill_and_lodge(sheet, then))

    def discharge(self, sheet: Assessment, at: datetime) -> None:
        sheets.discharge(sheet, why="The member is ill.", by=self.people.chair, at=at)

    # Shortlist and verification -------------------------------------------------------------------------

    def shortlist(self) -> None:
        """On the third working day, when the last seal is open, the panel meets."""
        day = workdays.add_working_days(self.year.stage.opens_on, 3)
        self.clock.plan(workdays.noon(day) + timedelta(hours=2), self.meet)

    def meet(self, at: datetime) -> None:
        """The panel talks over what is on its agenda; the other marks stand, and the chairs make the shortlist."""
        self.hold_meeting(at)
        for case in self.cases(CaseStatus.SCORED):
            self.chaired(moderation.moderate, case, note="Marks talked over; they stand.", at=at)
        room = max(self.year.size.awards * 2 - 2, 3)
        for place, case in enumerate(self.ranked(CaseStatus.MODERATED)):
            try:
                if place >= room:
                    raise Refused("There is no room for more.")
                self.chaired(moderation.shortlist, case, at=at)
            except Refused:
                self.chaired(
                    moderation.leave_out, case, why="Others showed more of what the cohort asks for.", at=at
                )

    def hold_meeting(self, at: datetime) -> None:
        """One item after the other, with whoever has an interest outside; one reader is away, and one changes a mark."""
        facts = {"by": self.people.chair, "at": at}
        meeting = meetings.prepare(self.round, **facts)
        members = meeting_rules.members_of(self.round, at)
        here = {member.pk: Presence.ROOM for member in members} | {members[-1].pk: Presence.AWAY}
        meetings.note_attendance(meeting, here, note_taker=members[1].pk, **facts)
        meetings.open_meeting(meeting, **facts)
        for item in Item.objects.for_list().filter(meeting=meeting).order_by("place"):
            by = self.chair_of(item.case)
            item = meetings.call(item, by=by, at=at)
            if item.place == 1:
                self.change_a_mark(item, at)
            said = "The readers said what they had seen, and heard each other."
            meetings.decide(item, recommendation=Recommendation.KEEP, said=said, by=by, at=at)
        meetings.close(meeting, **facts)
        meetings.approve(meeting, **facts)

    def change_a_mark(self, item: Item, at: datetime) -> None:
        marks = Mark.objects.filter(assessment__in=item.case.assessments.lodged(), score__lt=TOP_MARK)
        mark = marks.select_related("assessment__appointment__user").order_by("score", "pk").first()
        if mark is not None:
            meetings.change_mark(
                item,
                mark,
                score=(mark.score or 0) + 1,
                cannot_judge=False,
                why="The second table answers what I asked.",
                by=mark.assessment.appointment.user,
                at=at,
            )

    def verify(self) -> None:
        """Each is visited or called; of three applicants one corrects a fact, one agrees, and one does not answer."""
        for number, case in enumerate(self.cases(CaseStatus.SHORTLISTED)):
            held_at = self.year.during(0.1, 0.5)
            self.arrange(number, case, held_at, self.clock.at)

    def arrange(self, number: int, case: Case, held_at: datetime, at: datetime) -> None:
        kind = (VerificationKind.VISIT, VerificationKind.CALL)[number % 2]
        lead = case.assessments.lodged().order_by("pk").first().appointment
        verification = verifications.arrange(
            case,
            kind=kind,
            held_at=held_at,
            place=f"{case.application.applicant}, main offices",
            looked_for="The team at work, those it helps, and the figures of the last two years.",
            lead=lead,
            members=[lead],
            by=self.chair_of(case),
            at=at,
        )
        self.clock.plan(
            held_at + timedelta(hours=3), lambda then: self.write_down(number, verification, then)
        )

    def write_down(self, number: int, verification: Verification, at: datetime) -> None:
        case, lead = verification.case, verification.lead.user
        outcomes = self.round.criteria.get(key=Criterion.Key.OUTCOMES)
        seen = {outcomes.pk: (4, "The monthly figures are kept by those who use them.")}
        verifications.save_marks(verification, seen, by=lead, at=at)
        verification = verifications.report(
            verification,
            found="Two teams and a school were met. The figures of the last two years are those of the application.",
            for_panel="They know their weak spots, and said so first.",
            by=lead,
            at=at,
        )
        soon = at + timedelta(hours=20)
        if number % 3:
            self.clock.plan(soon, lambda then: self.reply(number, verification, then))
        self.clock.plan(verification.reply_until, lambda then: self.conclude(verification, case, then))

    def reply(self, number: int, verification: Verification, at: datetime) -> None:
        right = number % 3 == 1
        wrong = "" if right else "Three teams were met, not two."
        by = self.people.drafter(verification.case.application.authority)
        verifications.answer(verification, right=right, corrections=wrong, by=by, at=at)

    def conclude(self, verification: Verification, case: Case, at: datetime) -> None:
        verification.refresh_from_db()
        corrected = bool(verification.corrections)
        verifications.settle(
            verification,
            found=verification.found.replace("Two teams", "Three teams") if corrected else verification.found,
            settlement="The number of teams is put right." if corrected else "",
            by=verification.lead.user,
            at=at,
        )
        note = "What was seen bore the figures out."
        self.chaired(verifications.verify, case, note=note, at=at)

    # Decision -------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """The chair proposes; both bodies answer, and do not always agree at once; the instant is set."""
        opens = self.year.stage.opens_at
        self.clock.plan(opens + timedelta(hours=20), self.propose)
        self.clock.plan(opens + timedelta(days=2, hours=20), self.answer)
        self.clock.plan(opens + timedelta(days=3, hours=20), self.propose_again)
        self.clock.plan(opens + timedelta(days=4, hours=2), self.answer_again)
        self.clock.plan(opens + timedelta(days=5), self.set_announcement)

    def propose(self, at: datetime) -> None:
        left, awarded, reserves = self.round.pot, 0, 0
        verified = {case.pk for case in self.cases(CaseStatus.VERIFIED)}
        for case in self.ranked(CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED):
            asked = case.application.requested
            verdict, amount, place = "decline", 0, None
            if case.pk in verified and awarded < self.year.size.awards and asked <= left:
                verdict, amount = "award", asked
                left, awarded = left - asked, awarded + 1
            elif case.pk in verified and reserves < 3:
                verdict, amount, reserves = "reserve", asked, reserves + 1
                place = reserves
            reasons = " ".join(self.chance.sample(words.REASONS, k=2))
            self.chaired(
                decisions.propose,
                case,
                verdict=verdict,
                amount=amount,
                reasons=reasons,
                reserve_place=place,
                at=at,
            )

    def answer(self, at: datetime) -> None:
        """Both bodies agree to all but one: CLG wants its reasons said again."""
        for number, decision in enumerate(self.proposed()):
            for body, by in self.people.signatories.items():
                doubts = number == 3 and body == Body.CLG
                reason = "Say what the second year will cost." if doubts else ""
                decisions.answer(decision, body=body, agreed=not doubts, reason=reason, by=by, at=at)

    def propose_again(self, at: datetime) -> None:
        for decision in self.proposed():
            self.chaired(
                decisions.propose,
                decision.case,
                verdict=decision.verdict,
                amount=decision.amount,
                reasons=decision.reasons + " The second year costs half of the first.",
                reserve_place=decision.reserve_place,
                at=at,
            )

    def answer_again(self, at: datetime) -> None:
        for decision in self.proposed():
            for body, by in self.people.signatories.items():
                decisions.answer(decision, body=body, agreed=True, reason="", by=by, at=at)

    def set_announcement(self, at: datetime) -> None:
        instant = self.year.stage.closes_at - timedelta(hours=3)
        announcement.set_announcement(self.round, instant=instant, by=self.people.chair, at=at)

    # Feedback -------------------------------------------------------------------------------------------

    def give_feedback(self) -> None:
        """Leads write their letters within days of the announcement; the chair sends one back, and approves the rest."""
        opens = self.year.stage.opens_at
        day = workdays.day_in_london(opens)
        for days, act in ((2, self.write_letters), (4, self.approve_letters), (6, self.approve_the_rest)):
            self.clock.plan(workdays.noon(workdays.add_working_days(day, days)) + timedelta(hours=2), act)

    def letters(self, status: str) -> list[FeedbackLetter]:
        found = FeedbackLetter.objects.of_round(self.round).standing().filter(status=status)
        return list(found.for_list().order_by("pk"))

    def write_letters(self, at: datetime) -> None:
        for letter in self.letters(FeedbackStatus.DRAFTED):
            by = letter.lead.user if letter.lead else self.chair_of(letter.case)
            texts = {
                row.criterion_id: f"{words.FEEDBACK}\n\n{row.text}" for row in letter.texts.order_by("pk")
            }
            feedback.save_and_hand_over(letter, texts, seen=letter.version, by=by, at=at)

    def approve_letters(self, at: datetime) -> None:
        """The first is to be plainer; all others that the chair may approve, and then the vice-chair, are approved."""
        for first in self.letters(FeedbackStatus.WRITTEN)[:1]:
            by = self.chair_of(first.case)
            feedback.send_back(first, why="Say which figures were missing.", by=by, at=at)
        for chair in (self.people.chair, self.people.vice_chair):
            mine = [
                letter
                for letter in self.letters(FeedbackStatus.WRITTEN)
                if self.chair_of(letter.case) == chair
            ]
            if mine:
                seen = {(letter.pk, letter.version) for letter in mine}
                feedback.approve_all(self.round, seen=seen, by=chair, at=at)

    def approve_the_rest(self, at: datetime) -> None:
        self.write_letters(at)
        for letter in self.letters(FeedbackStatus.WRITTEN):
            feedback.approve(letter, seen=letter.version, by=self.chair_of(letter.case), at=at)

    # Help -----------------------------------------------------------------------------------------------

    def chaired(self, act, case: Case, **facts) -> None:  # type: ignore[no-untyped-def]
        """The chair acts, or, where the chair has an interest, the vice-chair."""
        act(case, by=self.chair_of(case), **facts)

    def chair_of(self, case: Case) -> User:
        conflicted = case.application.interests.filter(appointment__user=self.people.chair).exists()
        return self.people.vice_chair if conflicted else self.people.chair

    def cases(self, *statuses: str) -> list[Case]:
        found = Case.objects.filter(application__round=self.round, status__in=statuses)
        return list(found.for_list().order_by("pk"))

    def proposed(self) -> list[Decision]:
        waiting = Decision.objects.filter(case__application__round=self.round, settled_at__isnull=True)
        return list(waiting.select_related("case__application__authority").order_by("pk"))

    def ranked(self, *statuses: str) -> list[Case]:
        """Cases by their weighted mean mark, best first; all that are unsealed if no status is named."""
        mean = Sum(
            Cast(F("assessments__marks__score") * F("assessments__marks__criterion__weight"), FloatField())
        ) / Sum("assessments__marks__criterion__weight")
        cases = Case.objects.filter(application__round=self.round, assessments__status=SheetStatus.LODGED)
        cases = cases.filter(status__in=statuses) if statuses else cases.filter(status=CaseStatus.SCORED)
        return list(cases.for_list().annotate(mean=mean).order_by("-mean", "pk"))
