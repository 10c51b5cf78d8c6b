"""Every address against every kind of person: who is shown it, who is refused, who is told nothing.

Each row names an address, how to fill it in, and for each kind of person the answer to a GET. What a row does not
name for a kind is what its group says. An address that stands in no row fails the last test.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse

from beacons.applications.models import Application
from beacons.core import clock
from beacons.core.files.shelf import shelf
from beacons.core.links import hash_of
from beacons.directory.models import Role, Succession
from beacons.rounds.models import Invitation
from outcomes.models import AgreementImport, FigureImport, RegionObjective
from panel.models import Announcement, Appointment
from tests import factories as make
from tests.test_whole_house import patterns

COUNCIL = ("officer", "certifier")
RIVALS = ("rival", "rival_certifier")
MEMBERS = ("member", "conflicted")
CHAIRS = ("chair", "vice_chair")
SIGNATORIES = ("clg", "lga")
RUNNERS = ("manager", "case_officer")
MONEY = ("grants_officer", "finance_officer")
WATCHERS = ("coordinator", "observer")
ELECTED = ("councillor", "group_leader", "lead_member")
KINDS = ("visitor", *COUNCIL, *RIVALS, *MEMBERS, *CHAIRS, *SIGNATORIES, *RUNNERS, *MONEY, *WATCHERS, *ELECTED)
OFFICE = (*RUNNERS, *MONEY)


def answers(default: int, visitor: int | None = None, **groups: Any) -> dict[str, int]:
    """{kind: status}: `default` for all, `visitor`'s own, then (status, kinds) pairs in `groups`."""
    found = dict.fromkeys(KINDS, default)
    if visitor is not None:
        found["visitor"] = visitor
    for kinds, status in groups.values():
        found |= dict.fromkeys(kinds, status)
    return found


def only(*kinds: str, otherwise: int = 404) -> dict[str, int]:
    """These see it; a visitor is asked to sign in; to everybody else it does not exist (or is refused)."""
    return answers(otherwise, 302, shown=(kinds, 200))


EVERYBODY = answers(200)
POSTED = answers(405, 302)
# A page's script is told that its reader was signed out; it cannot follow to the log-in.
AUTOSAVED = answers(404, 403, known=(COUNCIL, 405))


# Whoever knows of a thing but may not do this to it is refused; to the rest it does not exist.
def may(*kinds: str, knowing: tuple[str, ...] = (), status: int = 200) -> dict[str, int]:
    return only() | dict.fromkeys(knowing, 403) | dict.fromkeys(kinds, status)


RUNNERS_OF_VISIBLE = only(*RUNNERS) | dict.fromkeys((*COUNCIL, *MONEY), 403)
SIGNED_IN = answers(200, 302)


@dataclass
class World:
    """One round past its announcement with a grant at work, and one of the same panel that is being scored."""

    people: dict[str, Any] = field(default_factory=dict)
    at: Any = None

    def __post_init__(self) -> None:
        self.outcome = make.OutcomeFactory(slug="an-outcome")
        self.council = make.AuthorityFactory(name="Holding", code="HLD")
        self.rival = make.AuthorityFactory(name="Rival", code="RIV")
        self.done = make.a_round(self.outcome, slug="done")
        self.scoring = make.a_round(
            self.outcome, slug="scoring", starts_on=make.DAY_0 + timedelta(days=150), name="Scoring"
        )
        self.open = make.a_round(
            self.outcome, slug="open", starts_on=make.DAY_0 + timedelta(days=182), name="Open"
        )
        self.at = make.during(self.scoring, "scoring") + timedelta(days=2)
        self.sign_up = make.SignUpFactory(outcome=self.outcome, authority=self.council)
        self.abolished = make.AuthorityFactory(closed_on=self.at.date())
        Succession.objects.create(
            authority=self.abolished, successor=self.council, took_over_on=self.at.date()
        )
        self.figure_import = FigureImport.objects.create(
            file_name="new.csv", sha256="0", packed=b"", checked_at=self.at, checked_by=make.scheme_manager()
        )
        self.agreement_import = AgreementImport.objects.create(
            file_name="laa.csv",
            sha256="0",
            rows=[],
            lines=[],
            checked_at=self.at,
            checked_by=make.scheme_manager(),
        )
        self.issue = make.IssueFactory(outcome=self.outcome, authority=self.council)
        self.own_measure = make.IndicatorFactory(code="OWN-HLD-1", kind="own", authority=self.council)
        self.make_people()
        self.make_done()
        self.make_scoring()
        self.make_of_other_kinds()
        self.invitation = Invitation.objects.create(
            round=self.open, outcome=self.outcome, authority=self.council, sent_at=self.at
        )
        self.objective = RegionObjective.objects.create(region=self.council.region, title="Fewer moves")
        self.report = make.HeadlineReportFactory(
            authority=self.council, council=self.council, made_by=self.people["officer"], sharing="council"
        )
        self.draft = make.ApplicationFactory(
            round=self.open,
            outcome=self.outcome,
            authority=self.council,
            reference="DRAFT-1",
            drafted_by=self.people["officer"],
            drafted_at=self.at,
        )
        self.partner = make.PartnerFactory(
            application=self.draft, authority=self.rival, secret_hash=hash_of("secret"), asked_at=self.at
        )
        self.figure = make.EvidenceFigureFactory(application=self.draft)
        self.vacancy = make.VacancyFactory(
            seat=make.SeatFactory(round=self.open, body=""),
            published_at=self.at,
            closes_at=self.at + timedelta(days=9),
        )
        make.CandidacyFactory(vacancy=self.vacancy, secret_hash=hash_of("secret"), made_at=self.at)

    def make_people(self) -> None:
        self.people = {
            "officer": make.drafter(self.council),
            "certifier": make.certifier(self.council),
            "rival": make.drafter(self.rival),
            "rival_certifier": make.certifier(self.rival),
            "member": make.UserFactory(),
            "conflicted": make.UserFactory(),
            "chair": make.UserFactory(),
            "vice_chair": make.UserFactory(),
            "clg": make.signatory("clg"),
            "lga": make.signatory("lga"),
            "manager": make.scheme_manager(),
            "case_officer": make.case_officer(),
            "grants_officer": make.grants_officer(),
            "finance_officer": make.finance_officer(),
            "coordinator": make.person(Role.COORDINATOR, region=self.council.region),
            "observer": make.person(Role.OBSERVER, body="lga"),
            "councillor": make.person(Role.COUNCILLOR, authority=self.council, political_group="Independent"),
            "group_leader": make.person(
                Role.GROUP_LEADER, authority=self.council, political_group="Independent"
            ),
            "lead_member": make.person(Role.LEAD_MEMBER),
        }
        seats = [("member", "clg", "member"), ("member", "lga", "conflicted"), ("chair", "", "chair")]
        for a_round in (self.done, self.scoring):
            for kind, body, who in (*seats, ("vice_chair", "", "vice_chair")):
                make.seated(a_round, kind, body, user=self.people[who])

    def make_done(self) -> None:
        bid = make.handed_in(
            round=self.done, outcome=self.outcome, authority=self.council, reference="DONE-1"
        )
        case = make.CaseFactory(application=bid, status="announced")
        self.decision = make.DecisionFactory(case=case, settled_at=make.during(self.done, "decision"))
        instant = make.closing(self.done, "decision") - timedelta(hours=3)
        Announcement.objects.create(
            round=self.done, at=instant, set_by=self.people["chair"], set_at=instant - timedelta(days=1)
        )
        lead = Appointment.objects.get(seat__round=self.done, user=self.people["member"])
        make.FeedbackLetterFactory(case=case, lead=lead)
        self.grant = make.GrantFactory(application=bid, reference="GRANT-1", authority=self.council)
        make.ReturnFactory(grant=self.grant)
        self.activity = make.ActivityFactory(grant=self.grant, starts_at=self.at + timedelta(days=9))
        self.booking = make.BookingFactory(activity=self.activity, authority=self.rival)
        self.practice = make.PracticeFactory(grant=self.grant, slug="published")
        self.unpublished = make.PracticeFactory(
            grant=self.grant, slug="unpublished", status="drafted", published_at=None, review_on=None
        )
        self.adoption = make.AdoptionFactory(practice=self.practice, authority=self.rival)

    def make_of_other_kinds(self) -> None:
        """A cluster's bid that lead members stand behind, and a round in which councillors apply for themselves."""
        clusters = make.a_round(self.outcome, slug="clusters", endorsements_least=1)
        make.handed_in(
            status="submitted",
            round=clusters,
            outcome=self.outcome,
            authority=self.council,
            reference="CLUSTER-1",
        )
        make.a_round(
            self.outcome, slug="members", open_to="councillors", starts_on=make.DAY_0 + timedelta(days=182)
        )

    def make_scoring(self) -> None:
        bid = make.handed_in(
            prepare=lambda draft: make.AttachmentFactory(application=draft),
            round=self.scoring,
            outcome=self.outcome,
            authority=self.council,
            reference="SCORE-1",
        )
        self.extension = make.ExtensionFactory(round=self.scoring, authority=self.council)
        self.file = bid.attachments.get()
        case = make.CaseFactory(application=bid)
        for who in ("member",):
            seat = Appointment.objects.get(seat__round=self.scoring, user=self.people[who])
            self.sheet = make.AssessmentFactory(case=case, appointment=seat)
        seat = Appointment.objects.get(seat__round=self.scoring, user=self.people["conflicted"])
        make.InterestFactory(appointment=seat, application=bid)
        self.seat = seat.seat
        self.appointment = seat
        self.verification = make.VerificationFactory(case=case, lead=self.sheet.appointment)
        self.make_meeting()

    def make_meeting(self) -> None:
        """What the panel of the round that is being scored talks about: one that was opened to it before."""
        bid = make.handed_in(round=self.scoring, outcome=self.outcome, reference="TALKED-1")
        case = make.CaseFactory(application=bid, status="scored")
        seats = {
            who: Appointment.objects.get(seat__round=self.scoring, user=self.people[who]) for who in MEMBERS
        }
        make.marked(case, seats["member"])
        self.mark = case.assessments.get().marks.first()
        make.InterestFactory(appointment=seats["conflicted"], application=bid)
        self.meeting = make.MeetingFactory(round=self.scoring)
        make.AttendanceFactory(meeting=self.meeting, appointment=seats["member"])
        self.item = make.ItemFactory(meeting=self.meeting, case=case, status="called")


ROWS: dict[str, tuple[Any, dict[str, int]]] = {
    # desks
    "home": ({}, EVERYBODY),
    "accessibility": ({}, EVERYBODY),
    "privacy": ({}, EVERYBODY),
    "carried_drop": ({}, POSTED),
    "healthz": ({}, EVERYBODY),
    "try_it": ({}, answers(404)),
    "desk": ({}, SIGNED_IN),
    "office": ({}, only(*OFFICE, otherwise=403)),
    "outcome_ranking": ({}, only(*OFFICE, otherwise=403)),
    "outcome_ranking_file": ({"kind": "csv"}, only(*OFFICE, otherwise=403)),
    "control_room": ({"slug": "scoring"}, only(*OFFICE, otherwise=403)),
    "engagement_list": ({"slug": "open"}, only(*OFFICE, otherwise=403)),
    "engagement_csv": ({"slug": "open"}, only(*OFFICE, otherwise=403)),
    "expected_list": ({"slug": "open"}, only(*RUNNERS, otherwise=403)),
    "expected_file": ({"slug": "open", "kind": "csv"}, only(*RUNNERS, otherwise=403)),
    "cost_ledger": ({"slug": "scoring"}, only(*OFFICE, otherwise=403)),
    "cost_file": ({"slug": "scoring"}, only(*OFFICE, otherwise=403)),
    "cohort_invite": ({"slug": "open"}, POSTED),
    "cohort_remind": ({"slug": "open"}, POSTED),
    "invitation_detail": ({"pk": lambda w: w.invitation.pk}, only(*COUNCIL, *OFFICE, "coordinator")),
    "region_desk": ({}, only("coordinator", otherwise=403)),
    "region_room": ({"code": lambda w: w.council.region.gss_code}, only("coordinator", otherwise=403)),
    "region_members": ({"code": lambda w: w.council.region.gss_code}, only("coordinator", otherwise=403)),
    "region_csv": ({"code": lambda w: w.council.region.gss_code}, only("coordinator", otherwise=403)),
    "objective_create": ({"code": lambda w: w.council.region.gss_code}, only("coordinator", otherwise=403)),
    "objective_edit": (
        {"code": lambda w: w.council.region.gss_code, "pk": lambda w: w.objective.pk},
        only("coordinator", otherwise=403),
    ),
    "objective_remove": ({"code": "E12000000", "pk": 1}, POSTED),
    "region_list": ({}, EVERYBODY),
    "region_detail": ({"code": lambda w: w.council.region.gss_code}, EVERYBODY),
    "round_report": ({"slug": "done"}, EVERYBODY),
    "round_reach": ({"slug": "done"}, EVERYBODY),
    "own_results": ({}, SIGNED_IN),
    "own_result": ({"reference": "DONE-1"}, only(*COUNCIL)),
    # councils and their headline reports
    "council_list": ({}, EVERYBODY),
    "council_detail": ({"code": "HLD"}, EVERYBODY),
    "report_show": ({"code": "HLD"}, EVERYBODY),
    "report_csv": ({"code": "HLD"}, EVERYBODY),
    "report_pdf": ({"code": "HLD"}, EVERYBODY),
    "neighbour_list": ({"code": "HLD"}, EVERYBODY),
    "own_list_choose": ({"code": "HLD"}, EVERYBODY),
    "priorities_choose": ({"code": "HLD"}, only(*COUNCIL, otherwise=403)),
    "report_save": ({"code": "HLD"}, only(*COUNCIL, *RIVALS, *OFFICE, otherwise=403)),
    "report_list": ({}, only(*COUNCIL, *RIVALS, *OFFICE, otherwise=403)),
    "report_detail": ({"key": lambda w: w.report.key}, only(*COUNCIL) | {"visitor": 404}),
    "saved_csv": ({"key": lambda w: w.report.key}, only(*COUNCIL) | {"visitor": 404}),
    "saved_pdf": ({"key": lambda w: w.report.key}, only(*COUNCIL) | {"visitor": 404}),
    "report_edit": ({"key": lambda w: w.report.key}, may("officer", knowing=("certifier",))),
    "report_copy": ({"key": lambda w: w.report.key}, POSTED),
    "report_delete": ({"key": lambda w: w.report.key}, may("officer", knowing=("certifier",))),
    # outcomes and rounds
    "outcome_list": ({}, EVERYBODY),
    "outcome_detail": ({"slug": "an-outcome"}, EVERYBODY),
    "outcome_map": ({"slug": "an-outcome"}, EVERYBODY),
    "indicator_list": ({}, EVERYBODY),
    "indicator_detail": ({"code": lambda w: w.outcome.measure.code}, EVERYBODY),
    "indicator_figures": ({"code": lambda w: w.outcome.measure.code}, EVERYBODY),
    "indicator_superseded": ({"code": lambda w: w.outcome.measure.code}, EVERYBODY),
    "figure_import_list": ({}, only("manager", otherwise=403)),
    "figure_import_detail": ({"pk": lambda w: w.figure_import.pk}, only("manager", otherwise=403)),
    "figure_import_carry_out": ({"pk": lambda w: w.figure_import.pk}, POSTED),
    "succession_list": ({}, only(*OFFICE, otherwise=403)),
    "succession_detail": ({"code": lambda w: w.abolished.code}, only(*OFFICE, otherwise=403)),
    # who acts for a council: its own people, and whoever enters people
    "own_colleagues": ({}, answers(302, 302)),
    "colleague_open": ({"secret": "x"}, answers(302, 302)),
    "colleague_join": ({}, answers(404, 404)),
    "colleague_list": ({"code": "HLD"}, only(*COUNCIL, "manager", otherwise=403)),
    "colleague_invite": ({"code": "HLD"}, only(*COUNCIL, "manager", otherwise=403)),
    "colleague_invite_again": ({"code": "HLD", "pk": 1}, POSTED),
    "colleague_uninvite": ({"code": "HLD", "pk": 1}, POSTED),
    "colleague_remove": (
        {"code": "HLD", "pk": lambda w: w.people["certifier"].pk},
        only("certifier", "manager", otherwise=403),
    ),
    "certifier_confirm": ({"code": lambda w: w.council.code, "pk": 1}, POSTED),
    "sign_up_confirm": ({"pk": lambda w: w.sign_up.pk}, only("certifier", otherwise=403)),
    "own_sign_ups": ({}, answers(302, 302)),
    "sign_up_desk": ({"authority": lambda w: w.council.pk}, only(*COUNCIL, *OFFICE, otherwise=403)),
    "sign_up_detail": ({"pk": lambda w: w.sign_up.pk}, EVERYBODY),
    "sign_up_terms": ({"pk": lambda w: w.sign_up.pk}, only(*COUNCIL, otherwise=403)),
    "sign_up_withdraw": ({"pk": lambda w: w.sign_up.pk}, only("certifier", otherwise=403)),
    "sign_up_begin": (
        {"slug": "an-outcome", "authority": lambda w: w.rival.pk},
        only(*RIVALS, otherwise=403),
    ),
    "measure_add": ({"authority": lambda w: w.council.pk}, only(*COUNCIL, otherwise=403)),
    "measure_detail": ({"pk": lambda w: w.own_measure.pk}, EVERYBODY),
    "measure_edit": ({"pk": lambda w: w.own_measure.pk}, only(*COUNCIL, otherwise=403)),
    "measure_figures": (
        {"pk": lambda w: w.own_measure.pk, "authority": lambda w: w.council.pk},
        only(*COUNCIL, otherwise=403),
    ),
    "agreement_import_list": ({}, only(*RUNNERS, otherwise=403)),
    "agreement_import_detail": ({"pk": lambda w: w.agreement_import.pk}, only(*RUNNERS, otherwise=403)),
    "agreement_carry_out": ({"pk": lambda w: w.agreement_import.pk}, POSTED),
    "agreement_template": ({"kind": "csv"}, only(*RUNNERS, otherwise=403)),
    "issue_state": (
        {"slug": "an-outcome", "authority": lambda w: w.council.pk},
        only(*COUNCIL, otherwise=403),
    ),
    "issue_detail": ({"pk": lambda w: w.issue.pk}, EVERYBODY),
    "issue_support": ({"pk": lambda w: w.issue.pk, "authority": lambda w: w.council.pk}, POSTED),
    "support_withdraw": ({"pk": lambda w: w.issue.pk, "authority": lambda w: w.council.pk}, POSTED),
    "issue_withdraw": ({"pk": lambda w: w.issue.pk}, POSTED),
    "issue_unmerge": ({"pk": lambda w: w.issue.pk}, POSTED),
    "issue_choose": ({"slug": "an-outcome"}, only(*RUNNERS, otherwise=403)),
    # Nothing is ticked, which leads back to the list.
    "issue_merge": ({"slug": "an-outcome"}, answers(403, 302, staff=(RUNNERS, 302))),
    "round_list": ({}, EVERYBODY),
    "round_detail": ({"slug": "done"}, EVERYBODY),
    "question_list": ({"slug": "done"}, EVERYBODY),
    "question_pdf": ({"slug": "done"}, EVERYBODY),
    "question_docx": ({"slug": "done"}, EVERYBODY),
    "stage_move": ({"slug": "open", "key": "applications"}, only("manager", otherwise=403)),
    # applications: staff learn what is in one when it is handed in, others never
    "application_list": ({}, SIGNED_IN),
    "application_choices": ({}, SIGNED_IN),
    "application_start": (
        {"slug": "open", "outcome": "an-outcome", "code": "HLD"},
        only(*COUNCIL, otherwise=403),
    ),
    "check_list": ({"slug": "scoring"}, only(*RUNNERS, otherwise=403)),
    "abstention_create": ({"slug": "open", "code": "HLD"}, only(*COUNCIL, otherwise=403)),
    "abstention_take_back": ({"pk": 1}, POSTED),
    "question_preview": ({"slug": "scoring"}, only(*RUNNERS, *MONEY, otherwise=403)),
    "application_detail": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "application_details": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "section_edit": ({"reference": "DRAFT-1", "number": 1}, only(*COUNCIL)),
    "details_autosave": ({"reference": "DRAFT-1"}, AUTOSAVED),
    "section_autosave": ({"reference": "DRAFT-1", "number": 1}, AUTOSAVED),
    # what was written before is for those who write, also when it is handed in
    "version_list": ({"reference": "SCORE-1", "what": "details"}, may(*COUNCIL, knowing=OFFICE)),
    "version_compare": ({"reference": "SCORE-1", "what": "details"}, may(*COUNCIL, knowing=OFFICE)),
    "version_detail": (
        {"reference": "DRAFT-1", "what": "details", "number": 1},
        only(*COUNCIL),
    ),
    "application_budget": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "application_plan": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "application_partners": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "partner_edit": ({"reference": "DRAFT-1", "pk": lambda w: w.partner.pk}, only(*COUNCIL)),
    "partner_ask": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "part_detail": ({"pk": lambda w: w.partner.pk}, may(*RIVALS, knowing=COUNCIL)),
    "part_edit": ({"pk": lambda w: w.partner.pk}, may(*RIVALS, knowing=COUNCIL)),
    "part_decline": ({"pk": lambda w: w.partner.pk}, may(*RIVALS, knowing=COUNCIL)),
    # by the link's secret: visitors, and whoever is signed in for the partner
    "part_link_detail": ({"secret": "secret"}, answers(403, 200, partner=(RIVALS, 200))),
    "part_link_decline": ({"secret": "secret"}, answers(403, 200, partner=(RIVALS, 200))),
    "partner_remove": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "figure_list": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "figure_pick": ({"reference": "DRAFT-1", "code": "HLD"}, only(*COUNCIL)),
    "figure_write": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "figure_edit": ({"reference": "DRAFT-1", "pk": lambda w: w.figure.pk}, only(*COUNCIL)),
    "figure_report": ({"reference": "DRAFT-1"}, POSTED),
    "figure_move": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "figure_remove": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "application_check": ({"reference": "SCORE-1"}, may(*COUNCIL, knowing=OFFICE)),
    "application_comments": ({"reference": "SCORE-1"}, may(*COUNCIL, knowing=OFFICE)),
    "comment_settle": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "comment_reopen": ({"reference": "DRAFT-1", "pk": 1}, POSTED),
    "application_certify": ({"reference": "DRAFT-1"}, only("certifier") | {"officer": 403}),
    "certifier_ask": ({"reference": "DRAFT-1"}, POSTED),
    "application_send_back": ({"reference": "DRAFT-1"}, only("certifier") | {"officer": 403}),
    "application_submit": ({"reference": "DRAFT-1"}, POSTED),
    "application_receipt": ({"reference": "SCORE-1"}, may(*COUNCIL, knowing=OFFICE)),
    "application_hours": ({"reference": "SCORE-1"}, may(*COUNCIL, knowing=OFFICE)),
    "application_files": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "attachment_download": ({"key": lambda w: w.file.key}, only(*COUNCIL, *OFFICE)),
    "attachment_remove": ({"key": lambda w: w.file.key}, POSTED),
    "attachment_restore": ({"key": lambda w: w.file.key}, POSTED),
    "attachment_erase": ({"key": lambda w: w.file.key}, POSTED),
    "application_pdf": ({"reference": "SCORE-1"}, only(*COUNCIL, *OFFICE)),
    "submission_pdf": ({"reference": "SCORE-1", "number": 1}, may(*COUNCIL, knowing=OFFICE)),
    "submission_content": ({"reference": "SCORE-1", "number": 1}, may(*COUNCIL, knowing=OFFICE)),
    "application_content": ({"reference": "SCORE-1"}, only(*COUNCIL, *OFFICE)),
    "extension_list": ({"slug": "scoring"}, only(*RUNNERS, otherwise=403)),
    "extension_ask": ({"slug": "scoring"}, only(*RUNNERS, otherwise=403)),
    "extension_detail": ({"pk": lambda w: w.extension.pk}, may(*RUNNERS, knowing=COUNCIL)),
    "extension_agree": ({"pk": lambda w: w.extension.pk}, POSTED),
    "extension_refuse": ({"pk": lambda w: w.extension.pk}, may(*RUNNERS, knowing=COUNCIL)),
    "application_withdraw": ({"reference": "DRAFT-1"}, only(*COUNCIL)),
    "application_reopen": ({"reference": "DRAFT-1"}, POSTED),
    "application_find_eligible": ({"reference": "SCORE-1"}, POSTED),
    "application_find_ineligible": ({"reference": "SCORE-1"}, RUNNERS_OF_VISIBLE),
    # councillors for themselves, and who stands behind a cluster's bid
    "own_choices": ({}, only("councillor", otherwise=403)),
    "own_start": ({"slug": "members", "code": "HLD"}, only("councillor", otherwise=403)),
    "endorse_list": ({}, only("lead_member", otherwise=403)),
    "application_endorse": ({"reference": "CLUSTER-1"}, may("lead_member", knowing=(*COUNCIL, *OFFICE))),
    "endorsement_take_back": ({"reference": "CLUSTER-1"}, POSTED),
    # the panel: papers to members without an interest alone
    "panel_desk": ({}, SIGNED_IN),
    "panel_detail": ({"slug": "scoring"}, EVERYBODY),
    "seat_list": ({"slug": "scoring"}, only(*OFFICE, *SIGNATORIES, *CHAIRS, otherwise=403)),
    "panel_open": ({"slug": "open"}, only("manager", otherwise=403)),
    "outcome_choice": ({"slug": "scoring"}, only(*OFFICE, *SIGNATORIES, *CHAIRS, otherwise=403)),
    "choice_approve": ({"slug": "scoring"}, POSTED),
    "round_approve": ({"slug": "scoring"}, only(*OFFICE, *SIGNATORIES, *CHAIRS, otherwise=403)),
    "appointment_propose": ({"pk": lambda w: w.seat.pk}, only("manager", otherwise=403)),
    "appointment_agree": ({"pk": lambda w: w.appointment.pk}, POSTED),
    "appointment_end": ({"pk": lambda w: w.appointment.pk}, only("manager", "lga", otherwise=403)),
    "vacancy_list": ({}, EVERYBODY),
    "vacancy_detail": ({"pk": lambda w: w.vacancy.pk}, EVERYBODY),
    "vacancy_create": ({"pk": lambda w: w.vacancy.seat.pk}, only("manager", otherwise=403)),
    "vacancy_withdraw": ({"pk": lambda w: w.vacancy.pk}, only("manager", otherwise=403)),
    "candidacy_create": ({"pk": lambda w: w.vacancy.pk}, EVERYBODY),
    "candidacy_detail": ({"secret": "secret"}, EVERYBODY),
    "candidacy_confirm": ({"secret": "secret"}, answers(405)),
    "candidacy_stand_down": ({"secret": "secret"}, answers(405)),
    "criteria_edit": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, *SIGNATORIES, *OFFICE, otherwise=403)),
    "employer_list": ({}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "employer_take_back": ({"pk": 1}, POSTED),
    "interest_declare": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "interest_list": ({"slug": "scoring"}, only(*CHAIRS, *RUNNERS, otherwise=403)),
    "panel_hours": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "assignment_detail": ({"slug": "scoring"}, only(*CHAIRS, otherwise=403)),
    "assignment_ask": ({"slug": "scoring"}, POSTED),
    "assignment_carry_out": ({"slug": "scoring"}, POSTED),
    "case_progress": ({"slug": "scoring"}, only(*CHAIRS, *RUNNERS, otherwise=403)),
    "case_sheets": ({"reference": "SCORE-1"}, only(*CHAIRS, *RUNNERS)),
    "reader_add": ({"reference": "SCORE-1"}, may(*CHAIRS, knowing=RUNNERS)),
    "sheet_extend": ({"pk": lambda w: w.sheet.pk}, may(*CHAIRS, knowing=RUNNERS)),
    "sheet_discharge": ({"pk": lambda w: w.sheet.pk}, may(*CHAIRS, knowing=RUNNERS)),
    "sheet_reopen": ({"pk": lambda w: w.sheet.pk}, may(*CHAIRS, knowing=RUNNERS)),
    "papers_offline": ({}, SIGNED_IN),
    "papers_pdf": ({}, answers(404, 302)),
    "paper_next": ({}, answers(302, 302)),
    "assessment_edit": ({"reference": "SCORE-1"}, only("member")),
    "assessment_autosave": ({"reference": "SCORE-1"}, answers(404, 403, known=(("member",), 405))),
    "assessment_lodge": ({"reference": "SCORE-1"}, only("member")),
    "note_edit": ({"reference": "SCORE-1"}, only("member")),
    "note_autosave": ({"reference": "SCORE-1"}, answers(404, 403, known=(("member",), 405))),
    "paper_file": ({"key": lambda w: w.file.key}, only("member", *CHAIRS)),
    "case_pdf": ({"reference": "SCORE-1"}, only("member", *CHAIRS)),
    "case_detail": ({"reference": "SCORE-1"}, only("member", *CHAIRS)),
    "ranking_list": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "panel_sheet": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "panel_sheet_file": (
        {"slug": "scoring", "kind": "csv"},
        only("member", *CHAIRS, otherwise=403) | {"conflicted": 404},
    ),
    "marks_file": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "funding_options": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "meeting_detail": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, otherwise=403)),
    "meeting_accept": ({"slug": "scoring"}, POSTED),
    "meeting_prepare": ({"slug": "scoring"}, POSTED),
    "meeting_room": ({"pk": lambda w: w.meeting.pk}, only(*MEMBERS, *CHAIRS)),
    "meeting_now": ({"pk": lambda w: w.meeting.pk}, only(*MEMBERS, *CHAIRS)),
    "attendance_edit": ({"pk": lambda w: w.meeting.pk}, may(*CHAIRS, knowing=MEMBERS)),
    "meeting_open": ({"pk": lambda w: w.meeting.pk}, POSTED),
    "meeting_close": ({"pk": lambda w: w.meeting.pk}, POSTED),
    "minutes_approve": ({"pk": lambda w: w.meeting.pk}, POSTED),
    "meeting_minutes": ({"pk": lambda w: w.meeting.pk}, only(*MEMBERS, *CHAIRS)),
    "item_add": ({"pk": lambda w: w.meeting.pk}, may(*CHAIRS, knowing=MEMBERS)),
    "item_call": ({"pk": lambda w: w.item.pk}, POSTED),
    "item_rest": ({"pk": lambda w: w.item.pk}, POSTED),
    "item_move": ({"pk": lambda w: w.item.pk}, POSTED),
    # Of an item whoever has an interest in it knows nothing.
    "item_defer": ({"pk": lambda w: w.item.pk}, may(*CHAIRS, knowing=("member",))),
    "item_decide": ({"pk": lambda w: w.item.pk}, may(*CHAIRS, knowing=("member",))),
    "item_notes": ({"pk": lambda w: w.item.pk}, may("chair", knowing=("member", "vice_chair"))),
    "item_notes_autosave": (
        {"pk": lambda w: w.item.pk},
        answers(404, 403, refused=(("member", "vice_chair"), 403), chair=(("chair",), 405)),
    ),
    "mark_change": ({"pk": lambda w: w.item.pk, "mark": lambda w: w.mark.pk}, only("member")),
    "case_ask": ({"reference": "TALKED-1"}, only("member", *CHAIRS)),
    "shortlist_list": ({"slug": "scoring"}, only(*CHAIRS, otherwise=403)),
    "meeting_item": ({"reference": "SCORE-1"}, only()),
    "case_moderate": ({"reference": "SCORE-1"}, only()),
    "case_shortlist": ({"reference": "SCORE-1"}, only()),
    "case_verify": ({"reference": "SCORE-1"}, only()),
    "verification_create": ({"reference": "TALKED-1"}, may("member", "chair", knowing=("vice_chair",))),
    "verification_detail": ({"pk": lambda w: w.verification.pk}, only("member", *CHAIRS)),
    "verification_marks": ({"pk": lambda w: w.verification.pk}, may("member", knowing=CHAIRS)),
    "verification_report": (
        {"pk": lambda w: w.verification.pk},
        may("member", "chair", knowing=("vice_chair",)),
    ),
    "verification_settle": (
        {"pk": lambda w: w.verification.pk},
        may("member", "chair", knowing=("vice_chair",)),
    ),
    "verification_call_off": (
        {"pk": lambda w: w.verification.pk},
        may("member", "chair", knowing=("vice_chair",)),
    ),
    "verification_facts": ({"pk": lambda w: w.verification.pk}, only(*COUNCIL)),
    "equals_edit": ({"reference": "SCORE-1"}, only()),
    "decision_list": ({"slug": "scoring"}, only(*MEMBERS, *CHAIRS, *SIGNATORIES, *RUNNERS, otherwise=403)),
    "decision_decline": ({"slug": "scoring"}, POSTED),
    "decision_agree": ({"slug": "scoring"}, POSTED),
    "decision_detail": (
        {"reference": "DONE-1"},
        only(*MEMBERS, *CHAIRS, *SIGNATORIES, *RUNNERS, otherwise=403),
    ),
    "decision_propose": ({"reference": "SCORE-1"}, only()),
    "decision_answer": ({"reference": "SCORE-1"}, only()),
    "feedback_list": (
        {"slug": "done"},
        only("member", *CHAIRS, *RUNNERS, otherwise=403),
    ),
    "feedback_approve_all": ({"slug": "done"}, POSTED),
    "feedback_edit": ({"reference": "DONE-1"}, only("member", *CHAIRS, *RUNNERS)),
    "feedback_approve": ({"reference": "DONE-1"}, POSTED),
    "feedback_send_back": ({"reference": "DONE-1"}, may("chair", knowing=("member", "vice_chair", *RUNNERS))),
    "feedback_lead": ({"reference": "DONE-1"}, may("chair", knowing=("member", "vice_chair", *RUNNERS))),
    "announcement_edit": ({"slug": "scoring"}, only(*CHAIRS, *RUNNERS, otherwise=403)),
    "result_list": ({"slug": "done"}, EVERYBODY),
    # grants
    "grant_list": ({}, SIGNED_IN),
    "agreement_list": ({}, only(*CHAIRS, "lga", otherwise=403)),
    "grant_detail": ({"reference": "GRANT-1"}, only(*COUNCIL, *OFFICE, *CHAIRS, "lga", "coordinator")),
    "grant_agreement": ({"reference": "GRANT-1"}, only(*COUNCIL, *OFFICE, *CHAIRS, "lga", "coordinator")),
    "grant_accept": ({"reference": "GRANT-1"}, POSTED),
    "grant_refuse": (
        {"reference": "GRANT-1"},
        may("certifier", knowing=(*COUNCIL, *OFFICE, *CHAIRS, "lga", "coordinator"), status=302),
    ),
    "grant_sign": ({"reference": "GRANT-1"}, POSTED),
    "return_detail": (
        {"reference": "GRANT-1", "kind": "middle"},
        only(*COUNCIL, *OFFICE, *CHAIRS, "lga", "coordinator"),
    ),
    # dissemination
    "activity_list": ({}, EVERYBODY),
    "activity_feed": ({}, EVERYBODY),
    "activity_detail": ({"pk": lambda w: w.activity.pk}, EVERYBODY),
    "activity_calendar": ({"pk": lambda w: w.activity.pk}, EVERYBODY),
    "activity_cancel": ({"pk": lambda w: w.activity.pk}, only(*COUNCIL, otherwise=403)),
    "attendance_record": ({"pk": lambda w: w.activity.pk}, answers(403, 302, hosts=(COUNCIL, 302))),
    "booking_list": ({"pk": lambda w: w.activity.pk}, only(*COUNCIL, *RUNNERS, otherwise=403)),
    "booking_create": ({"pk": lambda w: w.activity.pk}, answers(403, 302, guests=(RIVALS, 302))),
    "booking_cancel": ({"pk": lambda w: w.booking.pk}, POSTED),
    "booking_tell": ({"pk": lambda w: w.booking.pk}, may(*RIVALS, knowing=(*COUNCIL, *OFFICE), status=302)),
    "practice_list": ({}, EVERYBODY),
    "practice_review_list": ({}, only(*RUNNERS, otherwise=403)),
    "practice_detail": ({"slug": "unpublished"}, only(*COUNCIL, *OFFICE) | {"visitor": 404}),
    "practice_edit": ({"slug": "unpublished"}, may(*COUNCIL, knowing=OFFICE)),
    "practice_develop": ({"slug": "unpublished"}, POSTED),
    "practice_review": ({"slug": "unpublished"}, POSTED),
    "practice_return": ({"slug": "unpublished"}, may(*RUNNERS, knowing=(*COUNCIL, *MONEY), status=302)),
    "practice_publish": (
        {"slug": "unpublished"},
        may("manager", knowing=(*COUNCIL, "case_officer", *MONEY), status=302),
    ),
    "practice_renew": ({"slug": "published"}, answers(403, 302, office=(("manager",), 302))),
    "practice_retire": ({"slug": "published"}, only("manager", otherwise=403)),
    "adoption_create": ({"slug": "published"}, answers(403, 302, guests=(RIVALS, 302))),
    "adoption_list": ({}, SIGNED_IN),
    "adoption_move": ({"pk": lambda w: w.adoption.pk}, may(*RIVALS, knowing=(*COUNCIL, *OFFICE))),
    "spreading_detail": ({"reference": "GRANT-1"}, only(*COUNCIL, *OFFICE, *CHAIRS, "lga", "coordinator")),
    "activity_create": (
        {"reference": "GRANT-1"},
        may(*COUNCIL, knowing=(*OFFICE, *CHAIRS, "lga", "coordinator")),
    ),
    # It won an award, and leads back to its application.
    "practice_offer": ({"reference": "DONE-1"}, may(*COUNCIL, knowing=OFFICE, status=302)),
    "practice_create": (
        {"reference": "GRANT-1"},
        may(*COUNCIL, knowing=(*OFFICE, *CHAIRS, "lga", "coordinator")),
    ),
}


@pytest.fixture(scope="module", autouse=True)
def own_shelf(tmp_path_factory):
    """The house made once has one shelf."""
    kept = shelf()
    before, kept.location = kept.location, tmp_path_factory.mktemp("shelf")
    yield kept.location
    kept.location = before


@pytest.fixture(scope="module")
def world(own_shelf, django_db_setup, django_db_blocker):
    """Made once for all addresses: they are only looked at, and what a look writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(world):
    """A browser for each kind of person, signed in as it."""
    found = {kind: Client(raise_request_exception=False) for kind in KINDS}
    for kind, person in world.people.items():
        found[kind].force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_each_address_answers_each_kind_of_person_as_the_table_says(world, browsers, unpressed, name):
    kwargs, expected = ROWS[name]
    address = reverse(
        name, kwargs={key: value(world) if callable(value) else value for key, value in kwargs.items()}
    )

    with clock.set_to(world.at), override_settings(DEMONSTRATION=False, ZEAL_RAISE=False):
        answered = {kind: browsers[kind].get(address).status_code for kind in KINDS}

    wrong = {kind: (status, expected[kind]) for kind, status in answered.items() if status != expected[kind]}
    assert wrong == {}, f"{address}: (answered, expected)"


CANARY = "A word between colleagues that nobody else may read"


def test_no_page_tells_anybody_but_its_council_of_a_comment(world, caplog):
    """Neither its words, nor that there is one: but for the council, all pages are the same with it and without."""
    before = bodies(world)
    for bid in Application.objects.all():
        remark = make.CommentFactory(application=bid, text=CANARY, question=bid.round.questions.first())
        make.CommentFactory(application=bid, text=CANARY, question=remark.question, thread=remark)

    after = bodies(world)

    assert ("application_comments", "officer") in after
    changed = {page for page in after if after[page] != before[page]}
    assert {kind for _, kind in changed} == {"officer"}, changed
    assert {page for page in after if CANARY in after[page]} <= changed
    assert CANARY not in caplog.text


def bodies(world: World) -> dict[tuple[str, str], str]:
    """{(address, kind): what the page says}, without what is different each time."""
    # The token against forged posts, and by what a page that is saved while it is typed is known again.
    # A step that a look left behind and that was taken back has used up its number on PostgreSQL.
    varying = re.compile(
        r'name="(?:csrfmiddlewaretoken|page|typist)" value="[^"]+"|/admin/core/step/\d+/|name="_selected_action" value="\d+"'
    )
    found = {}
    # What a look leaves behind, such as a note of who took a sheet away, is not there at the next.
    with (
        clock.set_to(world.at),
        override_settings(DEMONSTRATION=True, ZEAL_RAISE=False),
        transaction.atomic(),
    ):
        for kind in (
            "visitor",
            "officer",
            "rival_certifier",
            "member",
            "chair",
            "clg",
            "manager",
            "observer",
        ):
            client = Client(raise_request_exception=False)
            if kind != "visitor":
                client.force_login(
                    world.people[kind], backend="allauth.account.auth_backends.AuthenticationBackend"
                )
            pages = [
                (name, reverse(name, kwargs={k: v(world) if callable(v) else v for k, v in kwargs.items()}))
                for name, (kwargs, _) in ROWS.items()
                if not name.startswith(FAR_FROM_APPLICATIONS)
                and not name.endswith(("_pdf", "_docx", "_minutes"))
            ]
            pages += [(f"admin {model}", f"/admin/{model}/") for model in ADMIN]
            for name, address in pages:
                answer = client.get(address)
                said = b"".join(answer) if answer.streaming else answer.content
                found[name, kind] = varying.sub("", said.decode(errors="replace"))
        transaction.set_rollback(True)
    return found


# Rooms that stand before the applications, or after the grants, and know nothing of them.
FAR_FROM_APPLICATIONS = (
    "activity_", "adoption_", "agreement_import", "booking_", "council_", "figure_", "indicator_", "issue_",
    "measure_", "neighbour_", "outcome_", "practice_", "priorities_", "region_", "report_", "saved_", "sign_up_",
    "succession_",
)  # fmt: skip
ADMIN = ("applications/application", "core/letter", "core/step", "core/failure", "directory/user")


def test_every_address_of_the_house_is_in_the_table():
    names = {pattern.name for pattern in patterns(get_resolver()) if pattern.name}

    assert names - set(ROWS) == set()
