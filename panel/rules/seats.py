"""What stands in the way of a panel's seats, of who sits in them, and of a round's approval."""

from datetime import date, datetime

from django.db.models import Max, Prefetch, Q

from beacons.core.models import Step
from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Body, User
from beacons.rounds import rules as round_rules
from beacons.rounds.models import Round, Stage
from panel.models import Appointment, Approval, Candidacy, Seat

MOST_SEATS = 60
# To be loaded with rounds whose approvals are shown: with who gave them, in one query.
WITH_APPROVALS = Prefetch("approvals", Approval.objects.select_related("by"))
# Steps of a round that change what is approved; a stage's “move” does too.
TERMS = ("change", "set_categories", "set_criteria", "set_questions")


def reasons_not_to_open_panel(round: Round, *, clg: int, lga: int, independent: int) -> list[str]:
    reasons = []
    if round.seats.exists():
        reasons.append(f"The panel of {round} was opened already.")
    if clg < 1 or lga < 1:
        reasons.append("Each body needs one seat at least, because each application is marked by both.")
    if min(clg, lga, independent) < 0 or clg + lga + independent > MOST_SEATS:
        reasons.append(f"A panel has {MOST_SEATS} seats at most beside the chair and the vice-chair.")
    return reasons


def reasons_not_to_propose(seat: Seat, user: User, *, at: datetime, until: date | None = None) -> list[str]:
    """Whoever watches over the marks, or agrees what comes of them, does not give them."""
    reasons = []
    if Appointment.objects.filter(seat=seat, ended_at__isnull=True).exists():
        reasons.append("This seat has a holder, or somebody is proposed for it. End that first.")
    elsewhere = Appointment.objects.filter(seat__round=seat.round, user=user, ended_at__isnull=True)
    if elsewhere.exclude(seat=seat).exists():
        reasons.append(f"{user} has a seat on this panel already.")
    return reasons + reasons_against_term(seat.round, until, at=at) + reasons_not_to_sit(user)


def reasons_not_to_propose_candidate(candidacy: Candidacy) -> list[str]:
    if candidacy.withdrawn_at is not None:
        return [f"{candidacy.name} has stood down."]
    return (
        [] if candidacy.confirmed_at else [f"{candidacy.name} has not confirmed that the address is theirs."]
    )


def reasons_against_term(round: Round, until: date | None, *, at: datetime) -> list[str]:
    if until is None:
        return []
    if until <= day_in_london(at):
        return ["The term must end later than today."]
    if round.ends_on is not None and until > round.ends_on:
        return [f"The term must end with the round, on {round.ends_on.day} {round.ends_on:%B %Y}, or before."]
    return []


def reasons_not_to_sit(user: User) -> list[str]:
    """Asked when a seat is proposed and again at each agreement: roles change between the two."""
    reasons = []
    if not user.is_active:
        reasons.append(f"{user} can no longer sign in.")
    if user.works_in_office:
        reasons.append(f"{user} works in the scheme's office, which watches over the marks.")
    if user.bodies_signed_for:
        reasons.append(f"{user} signs for a body, and so agrees what the panel decides.")
    return reasons


def reasons_not_to_agree(appointment: Appointment, *, body: str, by: User) -> list[str]:
    seat = appointment.seat
    if appointment.ended_at is not None:
        return ["This appointment has ended."]
    if body not in seat.bodies_to_agree:
        return [
            f"The {seat.get_kind_display().lower()}'s seat is {seat.body_words}: this body does not agree to it."
        ]
    if appointment.agreed_at is not None:
        return ["This appointment has been agreed already."]
    reasons = reasons_not_to_sit(appointment.user)
    if appointment.agreed_by(body) is not None:
        reasons.append(f"{Body(body).label} has agreed already.")
    if not by.signs_for(body):
        reasons.append(f"Only a signatory of {Body(body).label} can agree for it.")
    if appointment.user_id == by.pk:
        reasons.append("Nobody agrees to an appointment of their own.")
    other = [appointment.agreed_by(each) for each in seat.bodies_to_agree if each != body]
    if by in other:
        reasons.append("The two bodies agree by two people.")
    return reasons


def reasons_not_to_end(appointment: Appointment, *, why: str) -> list[str]:
    if appointment.ended_at is not None:
        return ["This appointment has ended already."]
    return ["Say why the appointment ends."] if is_blank(why) else []


def reasons_not_to_end_term(appointment: Appointment, *, at: datetime) -> list[str]:
    over = appointment.until is not None and appointment.until < day_in_london(at)
    return [] if over else ["The term is not over."]


def parts_of(user: User, round: Round, at: datetime) -> list[str]:
    """In which of the four parts this person may approve the round."""
    held = set(user.appointments.active(at).filter(seat__round=round).values_list("seat__kind", flat=True))
    parts = [part for part in (Approval.Part.CHAIR, Approval.Part.VICE_CHAIR) if part in held]
    return [*parts, *(part for part in (Approval.Part.CLG, Approval.Part.LGA) if user.signs_for(part))]


def reasons_not_to_approve(round: Round, *, part: str, by: User, at: datetime) -> list[str]:
    """The plan must stand, the panel be there, and four different people agree; none stands in for another."""
    reasons = reasons_no_approval_yet(round)
    given = {approval.part: approval.by_id for approval in approvals_that_stand(round)}
    words = Approval.Part(part).label
    if part in given:
        reasons.append(f"The {words} has approved this round already.")
    elif by.pk in given.values():
        reasons.append("You have approved this round in another part. Four different people approve it.")
    if part not in parts_of(by, round, at):
        reasons.append(f"Only the {words} can approve in this part; nobody stands in.")
    return reasons


def approvals_that_stand(round: Round) -> list[Approval]:
    """Approvals of the round as it is now. One given before its terms last changed was of another round."""
    given = list(round.approvals.all())
    if round.approved_at or not given:
        return given
    of_stages = Q(subject_type=Stage._meta.label_lower, subject_id__in=round.stages.values("pk"), step="move")
    of_round = Q(subject_type=round._meta.label_lower, subject_id=round.pk, step__in=TERMS)
    changed_at = Step.objects.filter(of_round | of_stages).aggregate(last=Max("at"))["last"]
    return [approval for approval in given if changed_at is None or approval.at >= changed_at]


def reasons_no_approval_yet(round: Round) -> list[str]:
    """What nobody can approve: said on the page to all four."""
    reasons = list(round_rules.reasons_not_to_approve(round))
    bodies = set(round.seats.filter(kind=Seat.Kind.MEMBER).values_list("body", flat=True))
    if not {Body.CLG, Body.LGA} <= bodies:
        reasons.append("The panel has not been opened: the scheme manager makes its seats first.")
    return list(dict.fromkeys(reasons))


def risks(round: Round, seats: list[Seat], at: datetime) -> list[str]:
    """What may hold the panel up: empty seats, and members who have not declared their interests."""
    told = []
    for seat in seats:
        held = seat.appointment
        if held is None:
            told.append(f"{seat}: nobody is proposed.")
        elif held.agreed_at is None:
            waiting = " and ".join(body.label for body in held.bodies_missing)
            verb = "have" if len(held.bodies_missing) > 1 else "has"
            told.append(f"{seat}: {held.user} is proposed; {waiting} {verb} yet to agree.")
        elif held.until is not None and held.until < (judged := last_day_of_judging(round)):
            told.append(
                f"{seat}: the term of {held.user} ends on {held.until.day} {held.until:%B %Y}, before decisions are due"
                f" ({judged.day} {judged:%B %Y})."
            )
    if stage_is_over(round, "applications", at):
        held_seats = [seat.appointment for seat in seats]
        late = [held.user.name for held in held_seats if held and held.agreed_at and not held.declared_at]
        if late:
            told.append(f"Interests are not declared by {', '.join(late)}; no paper opens for them before.")
    return told


def last_day_of_judging(round: Round) -> date:
    """Until when a panel decides."""
    return round.stage_of(Stage.Key.DECISION).closes_on


def stage_is_over(round: Round, key: str, at: datetime) -> bool:
    """Has the round this stage, and is it over?"""
    return any(stage.key == key and at >= stage.closes_at for stage in round.plan)
