"""A house in the middle of its year, with much that is due at once; and what must be true of it afterwards."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from django.db.models import Count
from django.utils import timezone

from beacons.applications import actions as applications
from beacons.applications.models import Application
from beacons.core import clock, workdays
from beacons.core.letters import Letter
from beacons.core.steps import Step
from beacons.directory.models import Body, User
from beacons.rounds import tasks as rounds
from grants.models import Grant, Return
from panel.models import Assessment, Case, Consent
from tests import factories as make
from tests.grants.making import World, return_of

DAY = timedelta(days=1)


class MidYear:
    """Three rounds, laid round `now`: one whose applications closed, one whose offers ended, one that spreads."""

    def __init__(self, now: datetime, *, drafts: int, awards: int, fallen: int, letters: int):
        today = workdays.day_in_london(now)
        bidding = make.a_round(starts_on=today - 66 * DAY)
        self.lapsing = [make.ApplicationFactory(round=bidding) for _ in range(drafts)]
        self.handed_in = [sound(make.handed_in("submitted", round=bidding)) for _ in range(3)]
        for bid in self.lapsing[::4]:
            make.answered(bid)
            applications.certify(bid, by=make.certifier(bid.authority), at=bid.drafted_at)
        awarding = SoundWorld(make.a_round(starts_on=today - 138 * DAY, pot=5_000_000))
        self.awarded = [awarding.case() for _ in range(awards)]
        self.reserves = [awarding.case("reserve", reserve_place=place) for place in (1, 2)]
        self.fallen = [awarding.offered() for _ in range(fallen)]
        spreading = SoundWorld(make.a_round(starts_on=today - 258 * DAY))
        self.reporting = [spreading.active() for _ in range(4)]
        due = return_of(self.reporting[0], "middle")
        assert bidding.has_closed("applications", now)
        assert all(grant.offer_ends_at < now - DAY for grant in self.fallen)
        assert due.reminders_due(now) > 0
        assert due.submitted_at is None
        with clock.set_to(now):
            rounds.sweep()
        self.before = Step.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.letters_before = set(Letter.objects.values_list("pk", flat=True))
        Letter.objects.filter(pk__in=self.letters_before).update(sent_at=now)
        Letter.objects.bulk_create(
            Letter(
                key=f"trial:{number}",
                kind="trial",
                to="officer@council.example",
                subject=f"Letter {number}",
                body="Dear officer\n",
                written_at=now,
                not_before=now,
            )
            for number in range(letters)
        )
        self.trials = letters

    # What the clock has to do, as it should stand when all is done

    def done(self) -> int:
        """How many things the clock has done so far, letters sent among them: for watching it."""
        return self.counted().count() + self.letters().filter(sent_at__isnull=False).count()

    def expected_steps(self) -> Counter:
        """How often each step of these bids and grants is to be found."""
        return Counter(
            {
                "lapse": len(self.lapsing) + len(self.fallen),
                "begin": len(self.awarded) + len(self.reserves),
                "offer": len(self.awarded) + len(self.reserves),
            }
        )

    def expected_letters(self) -> Counter:
        """Who is to be written to, of what."""
        office = len(User.objects.with_role("grants_officer", "scheme_manager"))
        return Counter(
            {
                "trial": self.trials,
                "application_lapsed": sum(people(bid.authority_id) for bid in self.lapsing),
                "grant_offer": sum(
                    people(case.application.authority_id) for case in (*self.awarded, *self.reserves)
                ),
                "grant_lapsed": sum(people(grant.authority_id) + office for grant in self.fallen),
                "grant_return_reminder": sum(people(grant.authority_id) for grant in self.reporting),
                # Feedback on what was announced is shared out among all who read there; each hears once of all theirs.
                "panel_feedback_due": self.readers(),
            }
        )

    def readers(self) -> int:
        """How many people read the applications of the round that was announced."""
        announced = {case.application.round_id for case in (*self.awarded, *self.reserves)}
        lodged = Assessment.objects.lodged().filter(case__application__round__in=announced)
        return lodged.values("appointment").distinct().count()

    def is_over(self) -> bool:
        """Has the clock nothing more to do?"""
        steps = Counter(self.counted().values_list("step", flat=True))
        return (
            all(steps[step] >= number for step, number in self.expected_steps().items())
            and not self.letters().filter(sent_at__isnull=True).exists()
            and self.letters().filter(kind="grant_return_reminder").exists()
            and self.letters().filter(kind="panel_feedback_due").exists()
        )

    def steps(self):
        return Step.objects.filter(pk__gt=self.before, by_id__isnull=True)

    def counted(self):
        """Steps of bids and grants, whose number is known beforehand."""
        return self.steps().filter(subject_type__in=["applications.application", "grants.grant"])

    def letters(self):
        return Letter.objects.exclude(pk__in=self.letters_before)

    def faults(self) -> Iterator[str]:
        """What was lost or doubled, now that all is done."""
        yield from torn()
        twice = self.steps().values("subject_type", "subject_id", "step").annotate(times=Count("pk"))
        yield from (f"done twice: {row}" for row in twice.filter(times__gt=1).order_by())
        steps = Counter(self.counted().values_list("step", flat=True))
        if steps != self.expected_steps():
            yield f"steps: {steps}, and not {self.expected_steps()}"
        letters = Counter(self.letters().values_list("kind", flat=True))
        if letters != self.expected_letters():
            yield f"letters: {letters}, and not {self.expected_letters()}"
        if grants := {
            (case.application_id, Grant.objects.filter(application=case.application_id).count())
            for case in (*self.awarded, *self.reserves)
            if Grant.objects.filter(application=case.application_id, status="offered").count() != 1
        }:
            yield f"awards without one offered grant: {grants}"
        undrafted = Case.objects.to_draft_feedback(timezone.now()).values_list("pk", flat=True)
        if undrafted := list(undrafted):
            yield f"decided cases without a draft of their feedback: {undrafted}"
        chased = Return.objects.filter(grant__in=self.reporting, kind="middle")
        if set(chased.values_list("reminders", flat=True)) != {1}:
            yield "returns that were not chased once"
        left = Application.objects.filter(pk__in=[bid.pk for bid in self.handed_in])
        if set(left.values_list("status", flat=True)) != {"submitted"}:
            yield "applications that were handed in have changed"


def torn() -> Iterator[str]:
    """Things done by half, at any moment: a status without its step, a grant without its parts, a lost letter."""
    statuses = {bid.pk: bid.status for bid in Application.objects.all()}
    lapsed = {pk for pk, status in statuses.items() if status == "lapsed"}
    noted = Step.objects.filter(subject_type="applications.application", step="lapse")
    if lapsed != set(noted.values_list("subject_id", flat=True)):
        yield f"lapsed without a step, or the other way round: {lapsed}"
    references = Application.objects.filter(pk__in=lapsed).values_list("reference", flat=True)
    told = set(Letter.objects.filter(kind="application_lapsed").values_list("key", flat=True))
    for reference in references:
        if not any(f":{reference}:" in key for key in told):
            yield f"{reference} lapsed and nobody was told"
    for grant in Grant.objects.annotate(parts=Count("instalments", distinct=True)).exclude(parts=3):
        yield f"{grant} has {grant.parts} instalments"
    begun = set(
        Step.objects.filter(subject_type="grants.grant", step="begin").values_list("subject_id", flat=True)
    )
    if begun != set(Grant.objects.values_list("pk", flat=True)):
        yield "a grant without its first step, or the other way round"


def people(authority: int) -> int:
    return len(User.objects.of_authority(authority))


def sound(bid: Application) -> Application:
    """What was certified is what it says."""
    bid.content_hash = bid.fingerprint()
    bid.save(update_fields=["content_hash"])
    return bid


class SoundWorld(World):
    """A round whose announced decisions came about as the rules want it."""

    def __init__(self, a_round):
        super().__init__(a_round)
        self.members = [make.seated(a_round, body=body) for body in Body.values]
        self.signatories = {body: make.signatory(body) for body in Body.values}

    def case(self, *verdict, **decision):
        case = super().case(*verdict, **decision)
        sound(case.application)
        for member in self.members:
            make.marked(case, member)
        proposed = case.decision
        Consent.objects.bulk_create(
            Consent(decision=proposed, proposal=1, body=body, agreed=True, by=by, at=proposed.proposed_at)
            for body, by in self.signatories.items()
        )
        proposed.settled_at = proposed.proposed_at
        proposed.save(update_fields=["settled_at"])
        return case


# What left the house


def sent(folder: Path) -> list[tuple[str, str]]:
    """The whole messages in a folder, each as (subject, Message-ID), as often as it left."""
    end = b"\n" + b"-" * 79 + b"\n"
    parts = [part for path in folder.glob("*") for part in path.read_bytes().split(end)[:-1]]
    messages = [message_from_bytes(part) for part in parts]
    return [(message["Subject"], message["Message-ID"]) for message in messages]
