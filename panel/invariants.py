"""What must always hold of panels, sheets and seals."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from beacons.applications.statuses import Status
from beacons.core.invariants import invariant
from beacons.directory.models import Body
from panel.models import Approval, Assessment, Case, Interest, Mark
from panel.statuses import CaseStatus, SheetStatus


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
