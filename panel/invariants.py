"""What must always hold of panels, sheets and seals."""

from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from beacons.applications.statuses import Status
from beacons.core.invariants import invariant
from beacons.core.steps import Step
from beacons.directory.models import Body
from panel.models import (
    Approval,
    Assessment,
    Case,
    Decision,
    FeedbackLetter,
    Interest,
    Item,
    Mark,
    MarkChange,
)
from panel.statuses import CaseStatus, ItemStatus, SheetStatus, Verdict


@invariant
def an_approved_round_has_four_approvals() -> Iterator[str]:
    given = Approval.objects.values("round").annotate(people=Count("by", distinct=True))
    for row in given.filter(round__approved_at__isnull=False, people__lt=len(Approval.Part)):
        yield f"Round {row['round']} is approved by {row['people']} people."


@invariant
def nobody_marks_with_an_interest() -> Iterator[str]:
    """Unless the interest came to light after the decision was proposed."""
    sheets = Assessment.objects.counting().exclude(case__status=CaseStatus.WITHDRAWN)
    for sheet in sheets.filter(
        Q(case__decision__isnull=True)
        | Q(case__application__interests__noted_at__lt=F("case__decision__proposed_at")),
        case__application__interests__appointment__user=F("appointment__user"),
    ):
        yield f"Sheet {sheet.pk} is of a member with an interest in application {sheet.case_id}."


@invariant
def lodged_sheets_are_complete() -> Iterator[str]:
    said = Q(marks__score__isnull=False) | Q(marks__cannot_judge=True)
    whole = Count("marks", filter=said & ~Q(marks__reason=""), distinct=True)
    asked = Count("case__application__round__criteria", distinct=True)
    sheets = Assessment.objects.lodged().annotate(whole=whole, asked=asked).exclude(whole=F("asked"))
    for sheet in sheets:
        yield f"Sheet {sheet.pk} is lodged with {sheet.whole} of {sheet.asked} criteria marked."


@invariant
def a_mark_is_on_its_round_s_criteria() -> Iterator[str]:
    for mark in Mark.objects.exclude(criterion__round=F("assessment__case__application__round")):
        yield f"Mark {mark.pk} is on a criterion of another round."


@invariant
def an_open_seal_had_two_sheets_one_of_each_body() -> Iterator[str]:
    """A sheet may be taken later, for an interest; that it was lodged stays on it."""
    had = Q(assessments__lodged_at__isnull=False)
    cases = Case.objects.unsealed().annotate(
        lodged=Count("assessments", filter=had),
        clg=Count("assessments", filter=had & Q(assessments__appointment__seat__body=Body.CLG)),
        lga=Count("assessments", filter=had & Q(assessments__appointment__seat__body=Body.LGA)),
    )
    for case in cases.filter(Q(lodged__lt=2) | Q(clg=0) | Q(lga=0)):
        yield f"The seal of case {case.pk} is open with {case.lodged} sheets, {case.clg} of CLG and {case.lga} of the LGA."


@invariant
def an_open_seal_leaves_no_sheet_open() -> Iterator[str]:
    for sheet in Assessment.objects.filter(case__in=Case.objects.unsealed(), status=SheetStatus.OPEN):
        yield f"Sheet {sheet.pk} is open although the seal of its case is."


@invariant
def a_case_stands_on_an_eligible_application() -> Iterator[str]:
    standing = [Status.ELIGIBLE, Status.CLOSED, Status.WITHDRAWN]
    for case in Case.objects.exclude(application__status__in=standing):
        yield f"Case {case.pk} is of an application that is {case.application.status}."


@invariant
def an_interest_is_in_a_bid_of_the_member_s_round() -> Iterator[str]:
    for interest in Interest.objects.exclude(application__round=F("appointment__seat__round")):
        yield f"Interest {interest.pk} is in a bid of another round."


@invariant
def a_settled_decision_is_both_bodies() -> Iterator[str]:
    """Both agreed to the last proposal, by two people who did not propose it; or it was refused and is a decline."""
    for decision in Decision.objects.settled().prefetch_related("consents"):
        last = [answer for answer in decision.consents.all() if answer.proposal == decision.proposals]
        agreed = {answer.body for answer in last if answer.agreed}
        if any(not answer.agreed for answer in last):
            if decision.verdict != Verdict.DECLINE:
                yield f"Decision {decision.pk} is settled as {decision.verdict} although a body refused it."
        elif agreed != set(Body):
            yield f"Decision {decision.pk} is settled without the agreement of both bodies."
        elif len({answer.by_id for answer in last} - {decision.proposed_by_id}) < len(Body):
            yield f"Decision {decision.pk} was not proposed and agreed by three people."


@invariant
def a_decision_is_the_case_s_status() -> Iterator[str]:
    ends = {
        Verdict.AWARD: CaseStatus.AWARDED,
        Verdict.RESERVE: CaseStatus.RESERVED,
        Verdict.DECLINE: CaseStatus.DECLINED,
    }
    settled = [*ends.values(), CaseStatus.ANNOUNCED]
    for case in Case.objects.filter(status__in=settled).select_related("decision"):
        decision = getattr(case, "decision", None)
        if decision is None or decision.settled_at is None:
            yield f"Case {case.pk} is {case.status} without a settled decision."
        elif case.status not in (ends[Verdict(decision.verdict)], CaseStatus.ANNOUNCED):
            yield f"Case {case.pk} is {case.status}, and its decision says {decision.verdict}."


@invariant
def a_changed_mark_is_as_it_was_last_changed() -> Iterator[str]:
    last = MarkChange.objects.filter(mark=OuterRef("mark")).order_by("-number").values("pk")[:1]
    for change in MarkChange.objects.filter(pk=Subquery(last)).select_related("mark"):
        if change.new_score != change.mark.score:
            yield f"Mark {change.mark_id} is {change.mark.score}, and was last changed to {change.new_score}."


@invariant
def what_a_meeting_decided_is_moderated() -> Iterator[str]:
    behind = [CaseStatus.ASSIGNED, CaseStatus.SCORED]
    for item in Item.objects.filter(status=ItemStatus.DECIDED, case__status__in=behind):
        yield f"Item {item.pk} is decided, and its case {item.case_id} is not moderated."


@invariant
def awards_are_within_the_pot() -> Iterator[str]:
    awards = Decision.objects.standing().filter(verdict=Verdict.AWARD)
    sums = awards.values("case__application__round").annotate(pounds=Sum("amount"))
    for row in sums.filter(pounds__gt=F("case__application__round__pot")):
        yield f"The awards of round {row['case__application__round']} come to {row['pounds']}, more than its pot."


@invariant
def nothing_is_announced_before_the_instant() -> Iterator[str]:
    announced = Case.objects.filter(status=CaseStatus.ANNOUNCED)
    for case in announced.filter(application__round__announcement__isnull=True):
        yield f"Case {case.pk} is announced, and no announcement is set."
    instants = dict(announced.values_list("pk", "application__round__announcement__at"))
    taken = Step.objects.filter(subject_type="panel.case", step="announce", subject_id__in=list(instants))
    for step in taken:
        instant = instants[step.subject_id]
        if instant is not None and step.at < instant:
            yield f"Case {step.subject_id} was announced at {step.at}, before {instant}."


@invariant
def nothing_is_decided_while_marks_are_sealed() -> Iterator[str]:
    for decision in Decision.objects.filter(case__in=Case.objects.sealed()):
        yield f"Decision {decision.pk} is on a case whose marks are sealed."
    opened = {
        step.subject_id: step.at
        for step in Step.objects.filter(subject_type="panel.case", step="open_seal").iterator()
    }
    for decision in Decision.objects.all():
        if decision.case_id in opened and decision.proposed_at < opened[decision.case_id]:
            yield f"Decision {decision.pk} was proposed before the seal of its case was opened."


@invariant
def feedback_that_was_sent_was_approved_and_announced() -> Iterator[str]:
    """By somebody who had no interest in the bid at the time."""
    for letter in FeedbackLetter.objects.filter(sent_at__isnull=False, approved_at__isnull=True):
        yield f"Feedback letter {letter.pk} was sent, and nobody approved it."
    for letter in FeedbackLetter.objects.filter(
        case__application__interests__appointment__user=F("approved_by"),
        case__application__interests__noted_at__lte=F("approved_at"),
    ).distinct():
        yield f"Feedback letter {letter.pk} was approved by somebody with an interest in the bid."
    instant = "case__application__round__announcement__at"
    early = Q(**{f"{instant}__isnull": True}) | Q(**{f"{instant}__gt": F("sent_at")})
    for letter in FeedbackLetter.objects.filter(early, sent_at__isnull=False):
        yield f"Feedback letter {letter.pk} was sent before the announcement."
