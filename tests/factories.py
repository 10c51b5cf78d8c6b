"""One factory a model, people in their roles, and rounds standing at a chosen instant.

`a_round()` makes an approved round of the Beacons plan from DAY_0; `during(round, "scoring")` is an instant in
one of its stages; `application_at("scored")` walks an application there by the actions people use.
"""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from beacons.applications import printing
from beacons.applications.models import (
    Answer,
    AnswerVersion,
    Application,
    Attachment,
    Certification,
    Comment,
    DetailsVersion,
    EvidenceFigure,
    Extension,
    Partner,
    Submission,
)
from beacons.applications.statuses import Status
from beacons.core.files.shelf import shelf
from beacons.directory.models import Authority, ColleagueInvitation, Membership, Region, Role, User
from beacons.rounds.models import Category, Criterion, ExpectedActivity, Programme, Question, Round, Stage
from beacons.rounds.timeline import Leg, plan
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.models import Grant, Instalment, Payment, Return
from outcomes.models import Flag, HeadlineReport, Indicator, IndicatorValue, Issue, Outcome, SignUp
from panel.models import (
    Appointment,
    Assessment,
    Attendance,
    Candidacy,
    Case,
    Concern,
    Decision,
    Employment,
    FeedbackLetter,
    Interest,
    Item,
    Mark,
    Meeting,
    Note,
    Seat,
    Vacancy,
    Verification,
)
from tests import made_files
from tests.worlds import laid_again

DAY_0 = date(2026, 1, 5)
CAME_AT = datetime(2025, 12, 1, 9, tzinfo=UTC)
# The Beacons plan of the design's section 2: 355 days and ten of float.
LENGTHS = {
    "sign_up": 21,
    "criteria": 14,
    "applications": 28,
    "check": 7,
    "scoring": 21,
    "shortlist": 7,
    "verify": 21,
    "decision": 7,
    "agreement": 14,
    "develop": 56,
    "spread": 130,
    "close": 29,
}
CRITERIA = [
    ("outcomes", "Outcomes", 40, 3),
    ("transfer", "Can be transferred", 35, 3),
    ("value", "Value for money", 25, 0),
]


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Region {n}")
    gss_code = factory.Sequence(lambda n: f"E12{n:06d}")


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = Authority

    code = factory.Sequence(lambda n: f"T{n:03d}")
    name = factory.Sequence(lambda n: f"Testshire {n}")
    official_name = factory.LazyAttribute(lambda authority: f"{authority.name} Council")
    kind = Authority.Kind.UNITARY
    tier = Authority.Tier.SINGLE
    region = factory.SubFactory(RegionFactory)
    laa_area_2008 = True
    laa_area_2009 = True


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    joined_at = CAME_AT

    @classmethod
    def _create(cls, model_class: type, *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(*args, **fields)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.DRAFTER
    began_at = CAME_AT


class ColleagueInvitationFactory(DjangoModelFactory):
    """An invitation that waits; its link is `…/join/<secret>/` for the secret that was given to it."""

    class Meta:
        model = ColleagueInvitation

    class Params:
        secret = factory.Sequence(lambda n: f"secret-{n}")

    authority = factory.SubFactory(AuthorityFactory, mail_domains="testshire.gov.uk")
    email = factory.Sequence(lambda n: f"new{n}@testshire.gov.uk")
    role = Role.DRAFTER
    secret_hash = factory.LazyAttribute(lambda made: sha256(made.secret.encode()).hexdigest())
    invited_by = factory.LazyAttribute(lambda made: certifier(made.authority))
    invited_at = CAME_AT


def person(role: str, **where: Any) -> User:
    """Somebody with this role, for an `authority`, a `region` or a `body`; office people are staff."""
    user = UserFactory(is_staff=not where)
    MembershipFactory(user=user, role=role, **where)
    return user


def drafter(authority: Authority) -> User:
    return person(Role.DRAFTER, authority=authority)


def certifier(authority: Authority) -> User:
    return person(Role.CERTIFIER, authority=authority)


def scheme_manager() -> User:
    return person(Role.SCHEME_MANAGER)


def case_officer() -> User:
    return person(Role.CASE_OFFICER)


def grants_officer() -> User:
    return person(Role.GRANTS_OFFICER)


def finance_officer() -> User:
    return person(Role.FINANCE_OFFICER)


def signatory(body: str) -> User:
    return person(Role.SIGNATORY, body=body)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"measure-{n}")
    kind = Indicator.Kind.PRESENT
    title = factory.Sequence(lambda n: f"Measure {n}")
    unit = "%"
    polarity = Indicator.Polarity.LOW


class IndicatorValueFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    authority = factory.SubFactory(AuthorityFactory)
    year = 2024
    period = factory.LazyAttribute(lambda value: str(value.year))
    value = 5


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    slug = factory.Sequence(lambda n: f"outcome-{n}")
    title = factory.Sequence(lambda n: f"Outcome {n}")
    measure = factory.SubFactory(IndicatorFactory)


class SignUpFactory(DjangoModelFactory):
    class Meta:
        model = SignUp

    outcome = factory.SubFactory(OutcomeFactory)
    authority = factory.SubFactory(AuthorityFactory)
    baseline, baseline_year, target, target_year = 6, 2023, 4, 2026
    source = SignUp.Source.AGREEMENT


class IssueFactory(DjangoModelFactory):
    class Meta:
        model = Issue

    outcome = factory.SubFactory(OutcomeFactory)
    authority = factory.SubFactory(AuthorityFactory)
    text = "Young people who leave at sixteen are lost to every service."
    stated_by = factory.SubFactory(UserFactory)
    stated_at = datetime(2026, 1, 10, 12, tzinfo=UTC)


class FlagFactory(DjangoModelFactory):
    class Meta:
        model = Flag

    authority = factory.SubFactory(AuthorityFactory)
    colour = Flag.Colour.RED
    year = 2009
    assessment = "Area assessment"
    source = "A published assessment"


class HeadlineReportFactory(DjangoModelFactory):
    """A report that its maker alone sees."""

    class Meta:
        model = HeadlineReport

    key = factory.LazyFunction(uuid4)
    authority = factory.SubFactory(AuthorityFactory)
    title = factory.Sequence(lambda n: f"Report {n}")
    made_by = factory.SubFactory(UserFactory)
    made_at = changed_at = datetime(2026, 1, 10, 12, tzinfo=UTC)


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "beacons"
    name = "Beacons"


class RoundFactory(DjangoModelFactory):
    """An approved round of the Beacons plan, with three criteria and two questions."""

    class Meta:
        model = Round
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    kind = factory.SelfAttribute("programme.code")
    slug = factory.Sequence(lambda n: f"beacons-{n}")
    name = factory.Sequence(lambda n: f"Beacons {n}")
    starts_on = DAY_0
    outcomes_reason = "Most councils signed up to them."
    pot = 1_000_000
    approved_at = factory.LazyAttribute(
        lambda made: (
            datetime(made.starts_on.year, made.starts_on.month, made.starts_on.day, tzinfo=UTC)
            - timedelta(days=3)
        )
    )

    @factory.post_generation
    def plan(made, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805
        lengths = extracted or LENGTHS
        legs = [Leg(key, Stage.Key(key).label, days) for key, days in lengths.items()]
        Stage.objects.bulk_create(
            Stage(round=made, key=leg.key, position=position, opens_on=leg.opens_on, closes_on=leg.closes_on)
            for position, leg in enumerate(plan(made.starts_on, legs), start=1)
        )
        made.refresh_from_db()

    @factory.post_generation
    def criteria_and_questions(made, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805
        for position, (key, name, weight, least) in enumerate(CRITERIA):
            criterion = CriterionFactory(
                round=made, key=key, name=name, weight=weight, least=least, position=position
            )
            if position < 2:
                QuestionFactory(
                    round=made, text=f"What about {name.lower()}?", criterion=criterion, position=position
                )


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    name = factory.Sequence(lambda n: f"Criterion {n}")
    weight = 10


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    section = "Your practice"
    text = factory.Sequence(lambda n: f"Question {n}?")
    word_limit = 20


class ExpectedActivityFactory(DjangoModelFactory):
    class Meta:
        model = ExpectedActivity

    kind = "open_day"
    count = 2
    counted_as = "authorities attending"


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


@laid_again
def a_round(*outcomes: Outcome, **fields: Any) -> Round:
    """An approved round on these outcomes (one is made if none is given)."""
    made = RoundFactory(**fields)
    made.outcomes.set(outcomes or [OutcomeFactory()])
    return made


def during(a_round: Round, key: str) -> datetime:
    """An instant in the middle of a stage's first full day."""
    return Stage.objects.get(round=a_round, key=key).opens_at + timedelta(hours=20)


def closing(a_round: Round, key: str) -> datetime:
    """The instant at which a stage closes."""
    return Stage.objects.get(round=a_round, key=key).closes_at


class ApplicationFactory(DjangoModelFactory):
    """A draft of a council that is signed up to the outcome."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"TEST-{n:05d}")
    round = factory.LazyFunction(a_round)
    outcome = factory.LazyAttribute(lambda bid: bid.round.outcomes.first())
    authority = factory.SubFactory(AuthorityFactory)
    title = "A second chance at sixteen"
    summary = "We found those who had left and asked them why."
    lead_officer = "Sam Taylor"
    develop, innovate, disseminate, support = 30_000, 20_000, 30_000, 20_000
    drafted_by = factory.LazyAttribute(lambda bid: drafter(bid.authority))
    drafted_at = factory.LazyAttribute(lambda bid: during(bid.round, "applications"))
    details_version = 1

    @factory.post_generation
    def kept(made, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805
        DetailsVersion.objects.create(
            application=made,
            version=1,
            title=made.title,
            summary=made.summary,
            lead_officer=made.lead_officer,
            saved_by=made.drafted_by,
            saved_at=made.drafted_at,
        )

    @factory.post_generation
    def signed_up(made, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805
        SignUp.objects.get_or_create(
            outcome=made.outcome, authority=made.authority, defaults={"source": SignUp.Source.AGREEMENT}
        )


def answer_to(question: Question, text: str) -> str:
    """An answer of the question's own kind, as it is kept."""
    row = ["2025", *("1200" for _ in question.headings[1:])]
    return {
        "number": "120",
        "money": "1200",
        "date": "2026-09-01",
        "choice": question.choices[0] if question.choices else "",
        "choices": question.choices[0] if question.choices else "",
        "table": json.dumps([row]),
        "statement": "yes",
        "file": "",
    }.get(question.kind, text)


ANSWER = "We asked them why, and then changed how we teach."


def answered(application: Application, text: str = ANSWER) -> Application:
    """Every question of the round answered, with these words where words are asked for."""
    saved = {"version": 1, "saved_by": application.drafted_by, "saved_at": application.drafted_at}
    for question in application.round.questions.all():
        facts = {**saved, "text": answer_to(question, text)}
        answer = Answer.objects.create(application=application, question=question, **facts)
        AnswerVersion.objects.create(answer=answer, **facts)
    return application


@laid_again
def handed_in(
    status: str = Status.ELIGIBLE, *, prepare: Callable[[Application], Any] | None = None, **fields: Any
) -> Application:
    """An application past its deadline, with its answers: eligible unless another status is named.

    `prepare` adds to the draft what is to be certified with it, such as files.
    """
    made = answered(ApplicationFactory(**fields))
    if prepare is not None:
        prepare(made)
    made.certified_by = made.certified_by or certifier(made.authority)
    made.certified_at = made.drafted_at + timedelta(hours=1)
    made.submitted_by = made.certified_by
    made.submitted_at = made.drafted_at + timedelta(hours=2)
    made.status = status
    made.content_hash = made.fingerprint()
    made.save()
    if made.submitted_at is not None:
        keep_as_handed_in(made)
    return made


def keep_as_handed_in(bid: Application) -> Submission:
    """What was certified and handed in, as those verbs keep it."""
    certification = Certification.objects.create(
        application=bid,
        certified_by=bid.certified_by,
        certified_at=bid.certified_at,
        statements=bid.round.to_confirm,
        content=bid.canonical(),
        sha256=bid.content_hash,
        paper=printing.paper(Application.objects.for_paper().get(pk=bid.pk)),
    )
    return Submission.objects.create(
        application=bid,
        certification=certification,
        number=1,
        submitted_by=bid.submitted_by,
        submitted_at=bid.submitted_at,
        closes_at=closing(bid.round, "applications"),
    )


class ExtensionFactory(DjangoModelFactory):
    """More time for an authority, agreed to."""

    class Meta:
        model = Extension

    authority = factory.SubFactory(AuthorityFactory)
    until = factory.LazyAttribute(lambda made: closing(made.round, "applications") + timedelta(days=2))
    why = "Its offices were flooded."
    asked_by = factory.LazyFunction(scheme_manager)
    asked_at = factory.LazyAttribute(lambda made: during(made.round, "applications"))
    agreed_by = factory.LazyFunction(case_officer)
    agreed_at = factory.LazyAttribute(lambda made: during(made.round, "applications"))


class CommentFactory(DjangoModelFactory):
    """A remark about the application as a whole, by whoever began it."""

    class Meta:
        model = Comment

    application = factory.SubFactory(ApplicationFactory)
    text = "Is this figure still right?"
    written_by = factory.LazyAttribute(lambda comment: comment.application.drafted_by)
    written_at = factory.LazyAttribute(lambda comment: comment.application.drafted_at)


class EvidenceFigureFactory(DjangoModelFactory):
    """A figure of the council's own, of two years."""

    class Meta:
        model = EvidenceFigure

    title = factory.Sequence(lambda n: f"Young people who came back {n}")
    unit = "people"
    polarity = "high"
    source = "Our own count, each July"
    own_values = factory.LazyFunction(lambda: [[2023 * 12, "2023", "40"], [2024 * 12, "2024", "55"]])
    added_by = factory.LazyAttribute(lambda figure: figure.application.drafted_by)
    added_at = factory.LazyAttribute(lambda figure: figure.application.drafted_at)


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    authority = factory.SubFactory(AuthorityFactory)
    role = "Runs the second site"


class AttachmentFactory(DjangoModelFactory):
    """A file in an application, with its bytes on the shelf: a PDF, unless `content` and `kind` say otherwise."""

    class Meta:
        model = Attachment

    application = factory.SubFactory(ApplicationFactory)
    key = factory.LazyFunction(uuid4)
    name = "plan.pdf"
    kind = "pdf"
    content = factory.Sequence(lambda n: made_files.pdf(f"Plan {n}"))
    scan = Attachment.Scan.NOT_SET_UP
    added_by = factory.LazyAttribute(lambda file: file.application.drafted_by)
    added_at = factory.LazyAttribute(lambda file: file.application.drafted_at)

    @classmethod
    def _create(cls, model_class: type, *args: Any, content: bytes, **fields: Any) -> Attachment:
        kept = shelf().keep(io.BytesIO(content))
        shelf().claim(kept.stored_as)
        return super()._create(model_class, *args, **{**vars(kept), **fields})


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    kind = Seat.Kind.MEMBER
    body = "clg"


class AppointmentFactory(DjangoModelFactory):
    """A member of the panel who has declared no interests, and so may open papers."""

    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    agreed_at = factory.LazyAttribute(lambda held: held.seat.round.approved_at)
    declared_at = factory.LazyAttribute(lambda held: held.agreed_at)


def seated(a_round: Round, kind: str = "member", body: str = "", **fields: Any) -> Appointment:
    """Somebody in a seat of this round's panel."""
    return AppointmentFactory(seat=SeatFactory(round=a_round, kind=kind, body=body), **fields)


class VacancyFactory(DjangoModelFactory):
    class Meta:
        model = Vacancy

    seat = factory.SubFactory(SeatFactory)
    sought = "A fair mind."
    published_by = factory.LazyFunction(scheme_manager)


class CandidacyFactory(DjangoModelFactory):
    """Somebody who has sent in why they would sit, and has not confirmed it."""

    class Meta:
        model = Candidacy

    name = "Ada Candidate"
    email = factory.Sequence(lambda number: f"candidate-{number}@example.org")
    job = "Head of housing, Barsetshire"
    statement = "Ten years of judging what works."
    register = "Trustee of a housing charity."
    secret_hash = factory.Sequence(lambda number: f"{number:064x}")


class EmploymentFactory(DjangoModelFactory):
    """Somebody works for an authority still."""

    class Meta:
        model = Employment

    told_at = datetime(2026, 3, 10, 12, tzinfo=UTC)


class InterestFactory(DjangoModelFactory):
    class Meta:
        model = Interest

    kind = Interest.Kind.DECLARED
    reason = "I advised this council last year."
    noted_at = datetime(2026, 3, 10, 12, tzinfo=UTC)


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    application = factory.LazyFunction(handed_in)
    opened_at = factory.LazyAttribute(lambda case: during(case.application.round, "scoring"))


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = Assessment

    assigned_at = factory.LazyAttribute(lambda sheet: sheet.case.opened_at)


class MarkFactory(DjangoModelFactory):
    class Meta:
        model = Mark

    score = 3
    reason = "Good figures over three years."


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    number = 1
    text = "Ask them why."
    saved_at = factory.LazyAttribute(lambda note: note.assessment.assigned_at)


class FeedbackLetterFactory(DjangoModelFactory):
    class Meta:
        model = FeedbackLetter

    drafted_at = factory.LazyAttribute(lambda letter: during(letter.case.application.round, "decision"))


def marked(case: Case, appointment: Appointment, score: int = 3) -> Assessment:
    """A lodged sheet with the same score for every criterion."""
    sheet = AssessmentFactory(
        case=case, appointment=appointment, status="lodged", lodged_at=case.opened_at + timedelta(days=2)
    )
    for criterion in case.application.round.criteria.all():
        MarkFactory(assessment=sheet, criterion=criterion, score=score)
    return sheet


class ConcernFactory(DjangoModelFactory):
    """A member asks to talk about a case."""

    class Meta:
        model = Concern

    reason = "The figures of the second year are missing."
    at = factory.LazyAttribute(lambda concern: closing(concern.case.application.round, "scoring"))


class MeetingFactory(DjangoModelFactory):
    """A meeting that is open, with an empty agenda."""

    class Meta:
        model = Meeting

    number = 1
    status = "open"
    prepared_at = factory.LazyAttribute(lambda meeting: closing(meeting.round, "scoring"))
    opened_at = factory.LazyAttribute(lambda meeting: meeting.prepared_at)


class ItemFactory(DjangoModelFactory):
    class Meta:
        model = Item

    place = factory.Sequence(lambda n: n + 1)
    why = factory.LazyFunction(lambda: [["added", "The chair set it down."]])


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    presence = "room"
    noted_at = factory.LazyAttribute(lambda one: one.meeting.prepared_at)


class VerificationFactory(DjangoModelFactory):
    """A visit in the first days of the stage; whoever leads takes part."""

    class Meta:
        model = Verification
        skip_postgeneration_save = True

    kind = "visit"
    arranged_at = factory.LazyAttribute(lambda one: one.case.application.round.stage_of("verify").opens_at)
    held_at = factory.LazyAttribute(lambda one: one.arranged_at + timedelta(days=3))
    place = "Civic Centre, Room 2"
    looked_for = "The team at work."

    @factory.post_generation
    def with_the_lead(self, create, extracted, **more):
        self.members.add(self.lead)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    verdict = "award"
    amount = 90_000
    reasons = "Clear figures, and others can do it too."
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyAttribute(lambda decision: during(decision.case.application.round, "decision"))


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    reference = factory.Sequence(lambda n: f"GRANT-{n:05d}")
    application = factory.LazyFunction(handed_in)
    round = factory.LazyAttribute(lambda grant: grant.application.round)
    authority = factory.LazyAttribute(lambda grant: grant.application.authority)
    status = "active"
    amount = 100_000
    develop, innovate, disseminate, support = 30_000, 20_000, 30_000, 20_000
    drafted_at = factory.LazyAttribute(lambda grant: during(grant.round, "agreement"))


class ReturnFactory(DjangoModelFactory):
    class Meta:
        model = Return

    grant = factory.SubFactory(GrantFactory)
    kind = "middle"
    due_on = factory.LazyAttribute(
        lambda due: due.grant.round.stage_of("spread").closes_on - timedelta(days=60)
    )


class InstalmentFactory(DjangoModelFactory):
    class Meta:
        model = Instalment

    grant = factory.SubFactory(GrantFactory)
    number = 1
    amount = 40_000
    due_on = factory.LazyAttribute(lambda due: due.grant.round.stage_of("agreement").closes_on)


class PaymentFactory(DjangoModelFactory):
    class Meta:
        model = Payment

    instalment = factory.SubFactory(InstalmentFactory)
    grant = factory.LazyAttribute(lambda payment: payment.instalment.grant)
    amount = factory.LazyAttribute(lambda payment: payment.instalment.amount)
    prepared_by = factory.LazyFunction(grants_officer)
    prepared_at = factory.LazyAttribute(lambda payment: during(payment.grant.round, "develop"))


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    grant = factory.SubFactory(GrantFactory)
    title = factory.Sequence(lambda n: f"Open day {n}")
    description = "See how we do it, and ask those who do it."
    place = "Town hall"
    starts_at = factory.LazyAttribute(lambda act: during(act.grant.round, "spread") + timedelta(days=20))
    ends_at = factory.LazyAttribute(lambda act: act.starts_at + timedelta(hours=5))
    places = 40
    planned_by = factory.LazyAttribute(lambda act: drafter(act.grant.authority))
    planned_at = factory.LazyAttribute(lambda act: during(act.grant.round, "develop"))


class BookingFactory(DjangoModelFactory):
    class Meta:
        model = Booking

    activity = factory.SubFactory(ActivityFactory)
    authority = factory.SubFactory(AuthorityFactory)
    people = 2
    booked_by = factory.LazyAttribute(lambda booking: drafter(booking.authority))
    booked_at = factory.LazyAttribute(lambda booking: booking.activity.starts_at - timedelta(days=10))


class PracticeFactory(DjangoModelFactory):
    """A published practice."""

    class Meta:
        model = Practice

    slug = factory.Sequence(lambda n: f"practice-{n}")
    grant = factory.SubFactory(GrantFactory)
    application = None
    authority = factory.LazyAttribute(lambda practice: (practice.grant or practice.application).authority)
    outcome = factory.LazyAttribute(
        lambda practice: (practice.grant.application if practice.grant else practice.application).outcome
    )
    status = "published"
    title = factory.Sequence(lambda n: f"Finding those who left {n}")
    problem = "Nobody knew where they were."
    drafted_by = factory.LazyAttribute(lambda practice: drafter(practice.authority))
    drafted_at = factory.LazyAttribute(
        lambda practice: during((practice.grant or practice.application).round, "develop")
    )
    published_at = factory.LazyAttribute(
        lambda practice: during((practice.grant or practice.application).round, "spread")
    )
    review_on = date(2028, 1, 10)


class AdoptionFactory(DjangoModelFactory):
    class Meta:
        model = Adoption

    practice = factory.SubFactory(PracticeFactory)
    authority = factory.SubFactory(AuthorityFactory)
    recorded_by = factory.LazyAttribute(lambda adoption: drafter(adoption.authority))
    recorded_at = factory.LazyAttribute(lambda adoption: adoption.practice.published_at + timedelta(days=30))
