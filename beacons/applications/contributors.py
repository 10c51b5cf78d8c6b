"""Who had a hand in an application: found from what was saved and done, never kept by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

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

    One query. Who merely read, and who commented, is not among them: nobody is watched here. Whoever checked it for the
    office, and whoever wrote a partner's part, never acted for these.
    """
    theirs = {application.authority_id, application.inherited_from_id} - {None}
    held = Membership.objects.filter(role__in=COUNCIL_ROLES)
    stays = held.active().filter(user=OuterRef("pk"), authority=application.authority_id)
    versions = AnswerVersion.objects.filter(answer__application=application, saved_by=OuterRef("pk"))
    saved = versions.order_by().values("saved_by")
    done = Step.objects.of(application).filter(by_id=OuterRef("pk")).order_by().values("by_id")
    people = User.objects.filter(
        Q(pk__in=held.filter(authority__in=theirs).values("user")) | Q(pk=application.councillor_id)
    ).annotate(
        answers=Subquery(saved.annotate(n=Count("answer", distinct=True)).values("n")),
        saved_last=Subquery(saved.annotate(last=Max("saved_at")).values("last")),
        done_last=Subquery(done.annotate(last=Max("at")).values("last")),
        acts_for_it=Exists(stays),
    )
    found = [
        Contributor(
            person,
            person.answers or 0,
            max(at for at in (person.saved_last, person.done_last) if at),
            has_left=person.pk != application.councillor_id and not (person.acts_for_it and person.is_active),
        )
        for person in people
        if person.saved_last or person.done_last
    ]
    return sorted(found, key=lambda each: (each.last_at, each.person.pk), reverse=True)
