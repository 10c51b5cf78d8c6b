"""Who had a hand in an application: found from what was saved and done, never kept by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from beacons.applications.models import AnswerVersion, Application
from beacons.core.steps import Step
from beacons.directory.models import COUNCIL_ROLES, Membership, User


@dataclass(frozen=True)
class Contributor:
    """A person, how many answers they saved, and when they last did anything to the application."""

    person: User
    answers: int
    last_at: datetime
    # What they wrote stays theirs when they have left.
    has_left: bool

    @property
    def what(self) -> str:
        if not self.answers:
            return "No answers"
        return f"{self.answers} answer{'' if self.answers == 1 else 's'}"


def of(application: Application) -> list[Contributor]:
    """The people of the lead authority, and of those it took over, who worked on it; the last to do so first.

    Three queries. Who merely read, and who commented, is not among them: nobody is watched here.
    """
    saved = (
        AnswerVersion.objects.filter(answer__application=application)
        .order_by()
        .values("saved_by")
        .annotate(answers=Count("answer", distinct=True), last_at=Max("saved_at"))
    )
    answers = {row["saved_by"]: row["answers"] for row in saved}
    last = {row["saved_by"]: row["last_at"] for row in saved}
    done = Step.objects.of(application).filter(by_id__isnull=False).order_by().values("by_id")
    for row in done.annotate(last_at=Max("at")):
        last[row["by_id"]] = max(row["last_at"], last.get(row["by_id"], row["last_at"]))
    # Whoever checked it for the office, and whoever wrote a partner's part, never acted for these.
    theirs = {application.authority_id, application.inherited_from_id}
    held = Membership.objects.filter(user__in=last, authority__in=theirs, role__in=COUNCIL_ROLES)
    people: dict[int, User] = {}
    stays: set[int] = set()
    for membership in held.select_related("user"):
        person = people.setdefault(membership.user_id, membership.user)
        if (
            membership.ended_at is None
            and membership.authority_id == application.authority_id
            and person.is_active
        ):
            stays.add(person.pk)
    if application.councillor_id in last:
        people[application.councillor_id] = application.drafted_by
        stays.add(application.councillor_id)
    found = [
        Contributor(person, answers.get(pk, 0), last[pk], has_left=pk not in stays)
        for pk, person in people.items()
    ]
    return sorted(found, key=lambda each: (each.last_at, each.person.pk), reverse=True)
