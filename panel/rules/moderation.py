"""What stands in the way of moderating, shortlisting, leaving out, and parting equals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from beacons.applications.statuses import Status
from beacons.core.text import is_blank
from beacons.rounds.models import Round, Stage
from panel.chairing import Chairs
from panel.models import Case
from panel.standings import THRESHOLD, Standing, criteria_of, standing_of, standings, tied
from panel.statuses import CASE, CaseStatus


def reasons_not_to_moderate(case: Case, *, by: Any, at: datetime, note: str | None = None) -> list[str]:
    """A note is asked where there is something to talk about; leave it out to ask about the rest alone."""
    reasons = reasons_it_stands_still(case, "moderate")
    if not reasons:
        reasons += reasons_not_to_chair(case, by=by, at=at)
        if case.items.unfinished().exists():
            reasons.append(
                "This application is on the agenda of a meeting: what becomes of it is recorded there."
            )
        if note is not None and is_blank(note) and standing_of(case).to_discuss:
            reasons.append("Write what the meeting said: this application was set down for discussion.")
    return reasons


def reasons_not_to_accept_marks(a_round: Round, *, by: Any, at: datetime) -> list[str]:
    """Of taking the marks as they stand where there is nothing to discuss: the chair or the vice-chair, each its own."""
    chairs = Chairs(a_round, at)
    reasons = [] if chairs.holds(by) else chairs.reasons_not_to_act(by)
    if not reasons and not accepted_as_they_stand(a_round, by=by, at=at):
        reasons.append("No application is left whose marks could be taken as they stand.")
    return reasons


def accepted_as_they_stand(a_round: Round, *, by: Any, at: datetime) -> list[Case]:
    """Cases about which there is nothing to discuss, and for which this person takes the chair."""
    cases = Case.objects.of_round(a_round).standing().filter(status=CaseStatus.SCORED).undiscussed()
    chairs = Chairs(a_round, at)
    quiet = {standing.pk for standing in standings(cases, criteria_of(a_round)) if not standing.to_discuss}
    return [
        case
        for case in cases.select_related("application__round").order_by("pk")
        if case.pk in quiet and chairs.is_acting(by, case.application_id)
    ]


def reasons_not_to_shortlist(
    case: Case, *, at: datetime, by: Any = None, why: str | None = None, standing: Standing | None = None
) -> list[str]:
    """Gates bar the way; a score below the threshold asks for a reason. Without `by` and `why`, of the case alone."""
    reasons = reasons_it_stands_still(case, "shortlist") or reasons_too_early(case, Stage.Key.SHORTLIST, at)
    if reasons:
        return reasons
    if by is not None:
        reasons += reasons_not_to_chair(case, by=by, at=at)
    standing = standing or standing_of(case)
    reasons += reasons_of_gates(standing)
    if not reasons and why is not None and is_blank(why) and standing.below_threshold:
        reasons.append(
            f"Its score is {standing.shown}, below {THRESHOLD}: say why it is shortlisted all the same."
        )
    return reasons


def reasons_of_gates(standing: Standing) -> list[str]:
    """The criteria whose smallest mean it does not reach."""
    if standing.score is None:
        return ["No reader could judge it, so it cannot be shortlisted."]
    return [
        f"{on.criterion.name}: "
        + ("no reader could judge it" if on.mean is None else f"the mean mark is {on.shown}")
        + f", and it takes {on.criterion.least} to be shortlisted."
        for on in standing.gates
    ]


def reasons_not_to_leave_out(
    case: Case, *, at: datetime, by: Any = None, why: str | None = None
) -> list[str]:
    reasons = reasons_it_stands_still(case, "leave_out") or reasons_too_early(case, Stage.Key.SHORTLIST, at)
    if not reasons:
        if by is not None:
            reasons += reasons_not_to_chair(case, by=by, at=at)
        if why is not None and is_blank(why):
            reasons.append(
                "Say why it is not shortlisted: the applicant reads the reason after the announcement."
            )
    return reasons


def reasons_not_to_part(cases: Sequence[Case], *, by: Any, at: datetime, why: str | None = None) -> list[str]:
    """Of setting equals apart by the chair's word. All of those that tie must be named, each once."""
    if not cases:
        return ["Name the applications that tie."]
    a_round = cases[0].application.round
    if len({case.application.round_id for case in cases}) > 1:
        return ["These applications are not of one round."]
    reasons = Chairs(a_round, at).reasons_not_to_act(by, *(case.application_id for case in cases))
    named = [case.pk for case in cases]
    everything = standings(Case.objects.of_round(a_round).standing(), criteria_of(a_round))
    if sorted(named) not in [sorted(standing.pk for standing in group) for group in tied(everything)]:
        reasons.append(
            "These are not the applications that tie: name all that tie with each other, each once."
        )
    if Case.objects.filter(pk__in=named, decision__isnull=False).exists():
        reasons.append("A decision on one of them has been proposed.")
    if why is not None and is_blank(why):
        reasons.append("Say why you put them in this order.")
    return reasons


def reasons_not_to_chair(case: Case, *, by: Any, at: datetime) -> list[str]:
    return Chairs(case.application.round, at).reasons_not_to_act(by, case.application_id)


def reasons_it_stands_still(case: Case, step: str) -> list[str]:
    """The step is not in the table, or the bid was withdrawn and the clock has not seen it yet."""
    if case.application.status == Status.WITHDRAWN:
        return ["The application was withdrawn."]
    return CASE.reasons_not_to(case, step)


def reasons_too_early(case: Case, key: str, at: datetime) -> list[str]:
    stage = case.application.round.stage_of(key)
    if at >= stage.opens_at:
        return []
    return [f"This opens with the stage “{stage}”, at noon on {stage.opens_on.day} {stage.opens_on:%B %Y}."]
