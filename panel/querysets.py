"""What a panel member may know, and when: the seals of the design's section 3, each in one place."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Aggregate, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from beacons.applications.models import Application
from beacons.applications.querysets import own
from beacons.applications.statuses import Status
from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import (
    add_working_days,
    day_in_london,
    last_noon,
    midnight,
    working_day_on_or_before,
)
from beacons.directory.models import Authority, Body
from beacons.directory.permissions import runs_rounds
from beacons.rounds.models import Round
from beacons.rounds.querysets import door
from panel.statuses import CaseStatus, FeedbackStatus, ItemStatus, MeetingStatus, SheetStatus, Verdict

# So long a PDF of a member's papers is kept, and so long drawing one may take.
BUNDLE_KEPT = timedelta(hours=24)
BUNDLE_PATIENCE = timedelta(minutes=10)


@door
def of_own_panel(user: Any, at: datetime) -> Q:
    """Who sits on a round's panel knows the round before it is public."""
    return Q(pk__in=user.appointments.active(at).values("seat__round"))


def rounds_known_to(user: Any, at: datetime) -> models.QuerySet[Round]:
    """Rounds whose panel a person may look at: the public ones, and those on whose panel the person sits."""
    known = Round.objects.visible_to(user, at)
    if not user.is_authenticated:
        return known
    seated = user.appointments.active(at).values("seat__round")
    return Round.objects.filter(Q(pk__in=known.values("pk")) | Q(pk__in=seated))


def bids_of_interest(user: Any) -> models.QuerySet[Application]:
    """Applications in which a person has an interest: by what is recorded, and by whom the person acts for now.

    The second half is worked out from the facts, so that an interest takes papers away even before the clock has
    found and recorded it. `rules.interests.kind_of` says the same of one application. Former employers are recorded
    before any case opens, and the moment they are told: they stand in the first half.
    """
    theirs = [hat.authority for hat in user.hats if hat.authority_id]
    found = Q(pk__in=user.appointments.values("interests__application"))
    if theirs:
        areas = [authority.area_id for authority in theirs]
        found |= Q(authority__in=areas) | Q(authority__county__in=areas)
        found |= Q(pk__in=Application.objects.filter(partners__authority__in=theirs).values("pk"))
        # Whoever takes their authority over, or was taken over by it, counts as their own.
        kin = Authority.objects.related_by_succession([authority.pk for authority in theirs])
        counties = kin.filter(county__isnull=False).values("county")
        found |= Q(authority__in=kin.values("pk")) | Q(authority__county__in=kin.values("pk"))
        found |= Q(authority__in=counties) | Q(authority__county__in=counties)
        found |= Q(pk__in=Application.objects.filter(partners__authority__in=kin.values("pk")).values("pk"))
    return Application.objects.filter(found)


def of_interest_to(user: Any) -> Q:
    """The same of cases."""
    return Q(application__in=bids_of_interest(user).values("pk"))


class SeatQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Which seats a panel has is as public as its round."""
        return self.filter(round__in=rounds_known_to(user, at).values("pk"))

    def with_holders(self) -> Self:
        return self.prefetch_related(
            "appointments__user", "appointments__agreed_by_clg", "appointments__agreed_by_lga"
        )


class AppointmentQuerySet(HouseQuerySet):
    def agreed(self) -> Self:
        """Appointments that the bodies they need have agreed."""
        return self.filter(agreed_at__isnull=False)

    def active(self, at: datetime) -> Self:
        """Those who sit at this instant: agreed, within their term, and not ended."""
        term = Q(until__isnull=True) | Q(until__gte=day_in_london(at))
        return (
            self.agreed()
            .filter(term, agreed_at__lte=at)
            .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        )

    def over(self, at: datetime) -> Self:
        """Those whose term is over, and which nobody has ended."""
        return self.filter(until__lt=day_in_london(at), ended_at__isnull=True)

    def chairs(self) -> Self:
        """Chairs and vice-chairs."""
        return self.filter(seat__kind__in=["chair", "vice_chair"])

    def declared(self) -> Self:
        """Members who have declared their interests, and so may open papers."""
        return self.filter(declared_at__isnull=False)

    def of(self, user: Any, at: datetime) -> Self:
        """The seats this person holds now."""
        if not user.is_authenticated:
            return self.none()
        return self.active(at).filter(user=user)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who sits on a panel is public once agreed; proposals are known to signatories and staff."""
        if user.is_authenticated and (user.works_in_office or user.bodies_signed_for):
            return self
        return self.agreed()

    def for_list(self) -> Self:
        return self.select_related("seat", "seat__round", "user")


class VacancyQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Everybody, while candidates may come forward; the office and the bodies' signatories also afterwards."""
        if user.is_authenticated and (user.works_in_office or user.bodies_signed_for):
            return self
        return self.open(at)

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def open(self, at: datetime) -> Self:
        return self.standing().filter(published_at__lte=at, closes_at__gt=at)

    def closed(self, at: datetime) -> Self:
        return self.standing().filter(closes_at__lte=at)

    def with_numbers(self) -> Self:
        """Annotate `candidates`: how many stand."""
        stands = Q(candidacies__confirmed_at__isnull=False, candidacies__withdrawn_at__isnull=True)
        return self.annotate(candidates=Count("candidacies", filter=stands))

    def for_list(self) -> Self:
        return self.select_related("seat__round__programme").order_by("closes_at", "pk")


class CandidacyQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who runs rounds, and signatories of a body that has to agree who sits there; a link opens its own."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self
        bodies = user.bodies_signed_for
        return self.filter(vacancy__seat__body__in=[*bodies, ""]) if bodies else self.none()

    def standing(self) -> Self:
        """Candidates whose mailbox has proved to be theirs, and who have not withdrawn."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("vacancy__seat__round")


class EmploymentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Whoever told it; others see only the interests that follow."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class InterestQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """An interest in a bid is known to its owner, the chairs and staff."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self
        mine = Q(appointment__user=user)
        chaired = Q(appointment__seat__round__in=user.appointments.active(at).chairs().values("seat__round"))
        return self.filter(mine | chaired)


class SharingOutQuerySet(HouseQuerySet):
    # Whoever works one out has at most so long; then another takes it up.
    LEASE = timedelta(minutes=10)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Chairs, to whom the page leaves out the bids of an interest of theirs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(round__in=user.appointments.active(at).chairs().values("seat__round"))

    def newest(self, a_round: Any, least_fit: int) -> Any:
        return self.filter(round=a_round, least_fit=least_fit).order_by("-pk").first()

    def unfinished(self) -> Self:
        return self.filter(done_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Those nobody is working out."""
        free = Q(begun_at__isnull=True) | Q(begun_at__lte=at - self.LEASE)
        return self.unfinished().filter(free).order_by("pk")


class Listed(Aggregate):
    """Two columns of many rows as one text, "1:2,5:1", in no certain order."""

    name = "Listed"
    output_field = models.TextField()

    def __init__(self, first: str, second: str, **more: Any) -> None:
        pair = Concat(first, Value(":"), second, output_field=models.TextField())
        super().__init__(pair, Value(","), **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, function="STRING_AGG", **more)


class HowMany(Subquery):
    """How many rows a query finds, as one number in another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS _counted)"
    output_field = models.IntegerField()


# Cases that still count, and those on which both bodies have agreed or have disagreed for good.
STANDING = ~Q(status=CaseStatus.WITHDRAWN) & ~Q(application__status=Status.WITHDRAWN)
DECIDED = (CaseStatus.AWARDED, CaseStatus.RESERVED, CaseStatus.DECLINED)


class CaseQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Members who have declared their interests see the cases in which they have none, once scoring opens.

        This is the panel's only door to an application's papers.
        """
        if not user.is_authenticated:
            return self.none()
        rounds = user.appointments.active(at).declared().values("seat__round")
        return (
            self.filter(application__round__in=rounds)
            .filter(
                application__round__stages__key="scoring",
                application__round__stages__opens_on__lte=last_noon(at),
            )
            .exclude(application__in=bids_of_interest(user).values("pk"))
        )

    def hidden_from(self, user: Any) -> Self:
        """Cases that an interest takes away, whatever else this person may see."""
        return self.filter(of_interest_to(user))

    def watched_by(self, user: Any, at: datetime) -> Self:
        """Cases whose progress (“k of n lodged”) a person may follow: staff and chairs where they have no interest."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self.exclude(application__in=bids_of_interest(user).values("pk"))
        chaired = user.appointments.active(at).chairs().values("seat__round")
        return self.visible_to(user, at).filter(application__round__in=chaired)

    def shortlist_known_to(self, user: Any, at: datetime) -> Self:
        """Cases of which a member knows whether they were shortlisted: chairs of all, readers of what they marked.

        The others learn it with the announcement.
        """
        mine = user.appointments.active(at)
        read = self.model._meta.get_field("assessments").related_model.objects.lodged()
        return self.filter(
            Q(application__round__announcement__at__lte=at)
            | Q(application__round__in=mine.chairs().values("seat__round"))
            | Q(pk__in=read.filter(appointment__in=mine.values("pk")).values("case"))
        )

    def standing(self) -> Self:
        """Cases that still count; a bid that was withdrawn counts no longer, whether or not the clock saw it yet."""
        return self.filter(STANDING)

    def to_withdraw(self) -> Self:
        """Cases whose application was withdrawn before the announcement: decided ones too, which frees the pot."""
        return self.filter(application__status=Status.WITHDRAWN).exclude(
            status__in=[CaseStatus.WITHDRAWN, CaseStatus.ANNOUNCED]
        )

    def to_open(self, at: datetime) -> Self:
        """Sealed cases whose marks are all there after scoring has closed; `rules.sheets` asks again."""
        lodged = Q(assessments__status=SheetStatus.LODGED)
        return (
            self.sealed()
            .standing()
            .filter(
                application__round__stages__key="scoring",
                application__round__stages__closes_on__lte=last_noon(at),
            )
            .annotate(
                unlodged=Count("assessments", filter=Q(assessments__status=SheetStatus.OPEN)),
                by_clg=Count("assessments", filter=lodged & Q(assessments__appointment__seat__body=Body.CLG)),
                by_lga=Count("assessments", filter=lodged & Q(assessments__appointment__seat__body=Body.LGA)),
            )
            .filter(unlodged=0, by_clg__gte=1, by_lga__gte=1)
        )

    def sealed(self) -> Self:
        """Cases whose marks are still each assessor's own."""
        return self.filter(status=CaseStatus.ASSIGNED)

    def unsealed(self) -> Self:
        return self.exclude(status__in=[CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN])

    def with_progress(self) -> Self:
        """Annotate `sheets` and `lodged`: the “k of n” that chairs and staff may know while marks are sealed."""
        return self.annotate(
            sheets=Count("assessments", filter=~Q(assessments__status=SheetStatus.DISCHARGED), distinct=True),
            lodged=Count("assessments", filter=Q(assessments__status=SheetStatus.LODGED), distinct=True),
        )

    def bereft(self) -> Self:
        """Sealed cases from which an interest, or a member's leaving, took a reader whom nobody has replaced yet."""
        sheets = self.model._meta.get_field("assessments").related_model._base_manager
        gone = Q(appointment__ended_at__isnull=False)
        gone |= Q(appointment__interests__application=F("case__application"))
        taken = sheets.filter(gone, case=OuterRef("pk"), status=SheetStatus.DISCHARGED)
        short = (
            self.sealed()
            .standing()
            .with_progress()
            .filter(sheets__lt=F("application__round__assessors_each"))
        )
        return short.filter(Exists(taken))

    def of_round(self, a_round: Any) -> Self:
        return self.filter(application__round=a_round)

    def lock_all(self) -> list[Any]:
        """These rows, locked in the order of their keys, so that two acts on many never wait for each other."""
        locked = self.model._base_manager.select_for_update().filter(pk__in=self.values("pk"))
        return list(locked.order_by("pk"))

    def undiscussed(self) -> Self:
        """Cases that no member asked to talk about, and that are on no agenda of a meeting ahead."""
        items = self.model._meta.get_field("items").related_model._default_manager.unfinished()
        return self.filter(concerns__isnull=True).exclude(pk__in=items.values("case"))

    def decided(self) -> Self:
        """Both bodies have agreed, or have disagreed for good."""
        return self.filter(status__in=DECIDED)

    def to_draft_feedback(self, at: datetime) -> Self:
        """Settled, and without a feedback letter; not what was announced long ago, before there were such letters."""
        recent = Q(
            status=CaseStatus.ANNOUNCED,
            application__round__announcement__at__gt=at - FeedbackLetterQuerySet.RECENT,
        )
        settled = Q(status__in=DECIDED) | recent
        return self.standing().filter(settled, decision__settled_at__isnull=False, feedback__isnull=True)

    def to_announce(self, at: datetime) -> Self:
        """Decided cases whose round's announcement has come."""
        return self.decided().standing().filter(application__round__announcement__at__lte=at)

    def for_list(self) -> Self:
        return self.select_related(
            "application__authority",
            "application__category",
            "application__councillor",
            "application__outcome",
            "application__round",
        )


class AssessmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own sheet; everybody's on a case once its seal is open, for members without an interest in it."""
        if not user.is_authenticated:
            return self.none()
        cases = self._cases().visible_to(user, at)
        return self.filter(case__in=cases).filter(
            Q(appointment__user=user) | ~Q(case__status__in=[CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN])
        )

    def counting(self) -> Self:
        return self.exclude(status=SheetStatus.DISCHARGED)

    def open(self) -> Self:
        return self.filter(status=SheetStatus.OPEN)

    def lodged(self) -> Self:
        return self.filter(status=SheetStatus.LODGED)

    def standing(self) -> Self:
        """Sheets on cases that still count."""
        return self.filter(case__in=self._cases().standing())

    def of(self, user: Any, at: datetime) -> Self:
        """One's own sheets that may be opened now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(case__in=self._cases().visible_to(user, at), appointment__user=user)

    def with_closing(self) -> Self:
        """Annotate `closes_on`, the day at whose noon scoring ends."""
        stages = self.model._meta.apps.get_model("rounds", "Stage").objects
        scoring = stages.filter(round=OuterRef("case__application__round"), key="scoring").order_by()
        return self.annotate(closes_on=Subquery(scoring.values("closes_on")))

    def with_own_progress(self) -> Self:
        """Annotate `judged` of how many `criteria`. Only for one's own sheets: how far others are is sealed too."""
        criteria = self.model._meta.apps.get_model("rounds", "Criterion").objects
        asked = criteria.filter(round=OuterRef("case__application__round")).order_by().values("round")
        marks = self.model._meta.get_field("marks").related_model._base_manager
        judged = marks.filter(Q(score__isnull=False) | Q(cannot_judge=True), assessment=OuterRef("pk"))
        return self.annotate(
            judged=Coalesce(Subquery(judged.values("assessment").annotate(n=Count("pk")).values("n")), 0),
            criteria=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
        )

    def for_desk(self) -> Self:
        """What a list of one's own papers shows of each; a page shows little of an application, which holds much."""
        bid = "case__application"
        told = ("reference", "title", "status", "round_id", "category__name", "outcome__title")
        names = ("authority__name", "councillor__name")
        return self.select_related(
            f"{bid}__authority", f"{bid}__category", f"{bid}__councillor", f"{bid}__outcome"
        ).only("status", "extended_to", "case__status", *(f"{bid}__{name}" for name in (*told, *names)))

    def for_marking(self) -> Self:
        """What the page of one's own sheet shows and its rules ask: `note` and `notes_kept` are one's note and its number."""
        bid = "case__application"
        told = ("reference", "title", "status", "round__name", "round__slug", "outcome_id")
        names = ("authority__name", "councillor__name", "councillor__email")
        notes = self.model._meta.get_field("notes").related_model._base_manager
        last = notes.filter(assessment=OuterRef("pk")).order_by("-number")[:1]
        # Of the round's plan its rules ask for scoring alone.
        scoring = self.model._meta.apps.get_model("rounds", "Stage").objects.filter(key="scoring").order_by()
        own = ("status", "extended_to", "lodged_at", "case__status")
        seat = ("user_id", "agreed_at", "declared_at", "ended_at", "until")
        return (
            self.select_related("appointment", f"{bid}__authority", f"{bid}__councillor", f"{bid}__round")
            .only(
                *own,
                *(f"appointment__{name}" for name in seat),
                *(f"{bid}__{name}" for name in (*told, *names)),
            )
            .annotate(note=Subquery(last.values("text")), notes_kept=Subquery(last.values("number")))
            .prefetch_related(Prefetch(f"{bid}__round__stages", queryset=scoring))
        )

    def due_before(self, at: datetime, end: datetime) -> Self:
        """Open sheets whose time ends between two instants."""
        scoring = Q(
            extended_to__isnull=True,
            case__application__round__stages__key="scoring",
            case__application__round__stages__closes_on__gt=last_noon(at),
            case__application__round__stages__closes_on__lte=last_noon(end),
        )
        soon = self.open().filter(scoring | Q(extended_to__gt=at, extended_to__lte=end)).values("pk")
        return self.filter(pk__in=soon, case__in=self._cases().sealed().standing())

    def overdue(self, at: datetime) -> Self:
        """Open sheets whose time is over."""
        closed = Q(
            extended_to__isnull=True,
            case__application__round__stages__key="scoring",
            case__application__round__stages__closes_on__lte=last_noon(at),
        )
        late = self.open().filter(closed | Q(extended_to__lte=at)).values("pk")
        return self.filter(pk__in=late, case__in=self._cases().sealed().standing())

    def _cases(self) -> CaseQuerySet:
        return CaseQuerySet(self.model._meta.get_field("case").related_model)

    def for_list(self) -> Self:
        return self.select_related(
            "appointment__seat",
            "appointment__user",
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
            "case__application__outcome",
            "case__application__round",
        )


class NoteQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own, on papers that may be opened now. Nobody else's, ever: a chair's and the office's neither."""
        sheets = AssessmentQuerySet(self.model._meta.get_field("assessment").related_model)
        return self.filter(assessment__in=sheets.of(user, at))


class BundleQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own. What is in it is asked again before it is handed out."""
        return self.filter(reader=user) if user.is_authenticated else self.none()

    def to_draw(self, at: datetime) -> Self:
        """Asked for, and drawn by nobody yet; who began long ago has died."""
        waiting = self.filter(drawn_at__isnull=True).exclude(asked_at__lte=at - BUNDLE_KEPT)
        return waiting.exclude(begun_at__gt=at - BUNDLE_PATIENCE).order_by("asked_at", "pk")

    def stale(self, at: datetime) -> Self:
        return self.filter(asked_at__lte=at - BUNDLE_KEPT)


class FeedbackLetterQuerySet(HouseQuerySet):
    # The applicant has it so many working days after the announcement, at noon.
    WITHIN = 10
    # Later than this after its announcement nothing is drafted: what was announced before there were letters stays as it is.
    RECENT = timedelta(days=60)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Chairs, who runs rounds, and the member that writes it, without an interest; its authority once it is open."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=self.worked_on_by(user, at).values("pk")) | self._open_to(user, at))

    def worked_on_by(self, user: Any, at: datetime) -> Self:
        """Those that a person may look at before they leave."""
        if not user.is_authenticated:
            return self.none()
        free = self.standing().exclude(case__application__in=bids_of_interest(user).values("pk"))
        if runs_rounds(user):
            return free
        seats = user.appointments.active(at).declared()
        chaired = Q(case__application__round__in=seats.chairs().values("seat__round"))
        return free.filter(chaired | Q(lead__in=seats.values("pk")))

    def opened(self, at: datetime) -> Self:
        """Approved, and the announcement has come: whether or not the clock has seen it yet."""
        return self.standing().filter(
            status=FeedbackStatus.APPROVED,
            approved_at__lte=at,
            case__application__round__announcement__at__lte=at,
        )

    def to_send(self, at: datetime) -> Self:
        return self.opened(at).filter(sent_at__isnull=True)

    def standing(self) -> Self:
        return self.exclude(case__status=CaseStatus.WITHDRAWN).exclude(
            case__application__status=Status.WITHDRAWN
        )

    def of_round(self, a_round: Any) -> Self:
        return self.filter(case__application__round=a_round)

    def unapproved(self) -> Self:
        return self.exclude(status=FeedbackStatus.APPROVED)

    def drafted(self) -> Self:
        return self.filter(status=FeedbackStatus.DRAFTED)

    def written(self) -> Self:
        return self.filter(status=FeedbackStatus.WRITTEN)

    def overdue(self, at: datetime) -> Self:
        """Not approved, and the noon by which its applicant was to have it has come."""
        latest = add_working_days(working_day_on_or_before(last_noon(at)), -self.WITHIN)
        # Days without work count with the working day before them.
        before = midnight(add_working_days(latest, 1))
        return self.standing().unapproved().filter(case__application__round__announcement__at__lt=before)

    def of_leads_gone(self, at: datetime) -> Self:
        """Unapproved, and nobody is there to write it: the lead has left, or is known to have an interest."""
        seats = self.model._meta.get_field("lead").related_model._base_manager
        there = AppointmentQuerySet(seats.model).active(at).declared()
        gone = Q(lead__isnull=True) | ~Q(lead__in=there.values("pk"))
        gone |= Q(lead__user__appointments__interests__application=F("case__application"))
        return self.filter(pk__in=self.standing().unapproved().filter(gone).values("pk"))

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__councillor",
            "case__application__round__announcement",
            "lead__user",
            "lead__seat",
        )

    def _open_to(self, user: Any, at: datetime) -> Q:
        return Q(pk__in=self.opened(at).values("pk")) & own(user, "case__application__")


class DecisionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The panel without an interest; signatories from the proposal; who runs rounds once both bodies agree.

        From the announcement on, everybody knows the awards, and an authority what was decided on its own bid.
        """
        announced = Q(settled_at__isnull=False, case__application__round__announcement__at__lte=at)
        announced &= ~Q(case__status=CaseStatus.WITHDRAWN) & ~Q(case__application__status=Status.WITHDRAWN)
        known = announced & Q(verdict=Verdict.AWARD)
        if not user.is_authenticated:
            return self.filter(known)
        known |= announced & own(user, "case__application__")
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        known |= Q(case__in=cases.visible_to(user, at))
        without_interest = ~Q(case__application__in=bids_of_interest(user).values("pk"))
        if user.bodies_signed_for:
            known |= without_interest
        elif runs_rounds(user):
            known |= Q(settled_at__lte=at) & without_interest
        return self.filter(known)

    def without_interest(self, user: Any) -> Self:
        """All but those on bids in which this person has an interest: of these only the results are open to it."""
        return self.exclude(case__application__in=bids_of_interest(user).values("pk"))

    def settled(self) -> Self:
        return self.filter(settled_at__isnull=False)

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def announced(self, at: datetime) -> Self:
        """Settled, of bids that still stand, and the announcement has come."""
        return self.settled().filter(case__application__round__announcement__at__lte=at).standing()

    def for_page(self) -> Self:
        """For a list: each with what either body answered to the proposal that stands (None as long as it did not)."""
        consents = self.model._meta.get_field("consents").related_model.objects
        given = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"))
        return self.select_related(
            "case__application__authority", "case__application__category", "case__application__councillor"
        ).annotate(
            **{f"by_{body}": Subquery(given.filter(body=body).values("agreed")[:1]) for body in Body.values}
        )

    def for_answer(self) -> Self:
        """With all that an answer to a proposal asks about."""
        return self.select_related("case__application__round").prefetch_related("consents")

    def declines_left_out(self) -> Self:
        """Proposals to decline what was not shortlisted."""
        return self.filter(verdict=Verdict.DECLINE, case__status=CaseStatus.NOT_SHORTLISTED)

    def unanswered_by(self, body: str) -> Self:
        """Unsettled proposals to which this body has not answered."""
        consents = self.model._meta.get_field("consents").related_model.objects
        given = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"), body=body)
        return self.unsettled().exclude(Exists(given))

    def refused(self) -> Self:
        """Unsettled, and a body has refused the proposal that stands."""
        consents = self.model._meta.get_field("consents").related_model.objects
        refusals = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"), agreed=False)
        return self.unsettled().filter(Exists(refusals))

    def standing(self) -> Self:
        return self.exclude(case__status=CaseStatus.WITHDRAWN).exclude(
            case__application__status=Status.WITHDRAWN
        )

    def of_round(self, a_round: Any) -> Self:
        return self.filter(case__application__round=a_round)

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
            "case__application__outcome",
            "case__application__round",
            "proposed_by",
        ).prefetch_related("consents__by")


class ConcernQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """As secret as the marks of its case."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))


class MeetingQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """That the panel meets is known to those who sit on it with interests declared; what about, each item says."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(round__in=user.appointments.active(at).declared().values("seat__round"))

    def ahead(self) -> Self:
        """Meetings that are not closed: at most one of each round."""
        return self.filter(status__in=[MeetingStatus.PREPARED, MeetingStatus.OPEN])


class ItemQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """For members without an interest in its case; to the others it is not on the agenda."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))

    def unfinished(self) -> Self:
        """Items of a meeting that is not closed, and that were not decided: the meeting has the word on these cases."""
        ahead = [MeetingStatus.PREPARED, MeetingStatus.OPEN]
        return self.filter(meeting__status__in=ahead).exclude(status=ItemStatus.DECIDED)

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
            "case__application__outcome",
            "meeting__round",
            "decided_by",
        )


class AnnouncementQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """When results will be announced is no secret; what they are is."""
        return self

    def come(self, at: datetime) -> Self:
        return self.filter(at__lte=at)


class RankingRowQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """A row is as secret as the marks of its case."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))

    def to_talk(self) -> Self:
        """What there may be to talk about, and equals; with what that takes of each case, and without its application."""
        concerns = self.model._meta.apps.get_model("panel", "Concern")._base_manager
        asked = Exists(concerns.filter(case=OuterRef("case")))
        return self.annotate(
            asked=asked,
            status=F("case__status"),
            tie_place=F("case__tie_place"),
            category=F("case__application__category"),
        ).filter(
            Q(to_discuss=True)
            | Q(zone="within")
            | Q(needs_reason=True)
            | Q(tie_place__isnull=False)
            | Q(asked=True)
        )

    def for_list(self) -> Self:
        """A page shows little of an application, which holds much."""
        bid = "case__application"
        own = [field.name for field in self.model._meta.concrete_fields]
        told = ("reference", "title", "authority__name", "category__name", "councillor__name")
        return self.select_related(f"{bid}__authority", f"{bid}__category", f"{bid}__councillor").only(
            *own, *(f"{bid}__{name}" for name in told)
        )


class RankingQuerySet(HouseQuerySet):
    def superseded(self, at: datetime) -> Self:
        """Rankings over a day old that a newer one of the same cases followed before the first case was shortlisted or left
        out: nothing that was decided rests on them.
        """
        cases = CaseQuerySet(self.model._meta.apps.get_model("panel", "Case"))
        chosen = cases.filter(application__round=OuterRef("round")).filter(
            Q(shortlisted_at__lte=OuterRef("made_at")) | Q(left_out_at__lte=OuterRef("made_at"))
        )
        newer = self.model._base_manager.filter(
            ~Exists(chosen),
            round=OuterRef("round"),
            hidden_key=OuterRef("hidden_key"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(Exists(newer), made_at__lt=at - timedelta(days=1))
