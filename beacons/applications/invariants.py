"""What must always hold of applications."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from beacons.applications import closings
from beacons.applications.budget import HEADS
from beacons.applications.models import (
    Abstention,
    Answer,
    AnswerVersion,
    Application,
    Attachment,
    Certification,
    DetailsVersion,
    EvidenceFigure,
    Extension,
    Reminder,
    Submission,
)
from beacons.applications.statuses import HANDED_IN, SIGNED, Status
from beacons.core.files.shelf import shelf
from beacons.core.invariants import invariant
from beacons.core.workdays import noon
from beacons.rounds.models import Round, Stage


@invariant
def submitted_xor_withdrawn() -> Iterator[str]:
    """What was handed in has its instants; what was withdrawn, lapsed or is being written has none."""
    handed_in = Application.objects.filter(status__in=HANDED_IN)
    for bid in handed_in.filter(Q(submitted_at=None) | Q(submitted_by=None) | Q(certified_at=None)):
        yield f"{bid.reference} is {bid.status}, but does not say when and by whom it was submitted."
    for bid in Application.objects.exclude(status__in=HANDED_IN).filter(submitted_at__isnull=False):
        yield f"{bid.reference} is {bid.status}, and yet submitted at {bid.submitted_at}."


@invariant
def certified_by_a_second_person() -> Iterator[str]:
    signed = Application.objects.filter(status__in=[Status.CERTIFIED, *HANDED_IN])
    for bid in signed.filter(Q(certified_by=None) | Q(certified_by=F("drafted_by"))):
        yield f"{bid.reference} was not certified by a second person."


@invariant
def handed_in_before_the_closing() -> Iterator[str]:
    closes_on = dict(Stage.objects.filter(key=Stage.Key.APPLICATIONS).values_list("round_id", "closes_on"))
    handed_in = Application.objects.filter(submitted_at__isnull=False).with_given_time()
    for bid in handed_in.only("reference", "round", "submitted_at"):
        assert bid.submitted_at is not None
        closings_of_it = [noon(closes_on[bid.round_id])] if bid.round_id in closes_on else []
        closings_of_it += [bid.given_until] if bid.given_until else []
        if not any(bid.submitted_at < closing for closing in closings_of_it):
            yield f"{bid.reference} was submitted at {bid.submitted_at}, when its round took no applications."


@invariant
def more_time_by_two_people_before_the_closing() -> Iterator[str]:
    """Agreed to by a second person while the authority could still hand in, and checked before the panel reads."""
    # A second extension is agreed to while the first one runs.
    closes_at: dict[tuple[int, int], datetime] = {}
    agreed = Extension.objects.agreed().for_list().prefetch_related("round__stages")
    for extension in agreed.order_by("agreed_at", "pk"):
        own = (extension.round_id, extension.authority_id)
        closed_at = closes_at.get(own, closings.of_round(extension.round))
        if extension.agreed_by_id == extension.asked_by_id:
            yield f"{extension}: the one who asked for it agreed to it."
        if extension.agreed_at is None or extension.agreed_at >= closed_at:
            yield f"{extension}: agreed to at {extension.agreed_at}, when applications had closed."
        if extension.until > closings.latest_end(extension.round.plan, extension.round.limit_on):
            yield f"{extension}: what comes in cannot be checked before the panel reads."
        closes_at[own] = max(closed_at, extension.until)


@invariant
def nobody_applies_and_says_it_will_not() -> Iterator[str]:
    """Who begins an application has taken back that the authority will not."""
    same = {name: OuterRef(name) for name in ("round", "outcome", "authority")}
    standing = Application.objects.standing().filter(
        **same, councillor__isnull=True, inherited_from__isnull=True
    )
    for said in Abstention.objects.standing().filter(Exists(standing)).select_related("round", "outcome"):
        yield f"{said}, and has an application."


@invariant
def reminded_only_before_the_closing() -> Iterator[str]:
    """No letter of the clock says that something is left to do when nothing can be done any more."""
    rounds = Round.objects.with_plan().prefetch_related("extensions").in_bulk()
    for sent in Reminder.objects.select_related("authority", "round"):
        a_round = rounds[sent.round_id]
        given = [each.until for each in a_round.extensions.all() if each.is_agreed]
        if sent.sent_at >= max([closings.of_round(a_round), *given]):
            yield f"{sent}: sent at {sent.sent_at}, when applications had closed."


@invariant
def one_standing_application_of_a_kind() -> Iterator[str]:
    """Of an authority for an outcome and a category; of a councillor in a round."""
    standing = Application.objects.standing().order_by()
    of_authorities = standing.filter(councillor__isnull=True).values(
        "round", "authority", "inherited_from", "outcome", "category"
    )
    for kind in of_authorities.annotate(number=Count("pk")).filter(number__gt=1):
        yield f"There are {kind['number']} applications of authority {kind['authority']} for outcome {kind['outcome']}."
    of_councillors = standing.filter(councillor__isnull=False).values("round", "councillor")
    for own in of_councillors.annotate(number=Count("pk")).filter(number__gt=1):
        yield f"There are {own['number']} applications of councillor {own['councillor']} in round {own['round']}."


@invariant
def what_was_handed_in_is_kept() -> Iterator[str]:
    """The bytes hash to what receipt and letter say, and are those of the last submission."""
    for kept in Certification.objects.select_related("application").iterator(chunk_size=200):
        if hashlib.sha256(bytes(kept.content)).hexdigest() != kept.sha256:
            yield f"{kept.application.reference}: what was certified at {kept.certified_at} has another hash."
    last = Submission.objects.filter(application=OuterRef("pk")).order_by("-number")
    handed_in = Application.objects.handed_in().annotate(
        kept_hash=Subquery(last.values("certification__sha256")[:1]),
        kept_at=Subquery(last.values("submitted_at")[:1]),
    )
    for bid in handed_in.exclude(kept_hash=F("content_hash"), kept_at=F("submitted_at")):
        yield f"{bid.reference} is {bid.status}, and what was submitted is not kept."


@invariant
def figures_are_frozen_with_the_certificate() -> Iterator[str]:
    """What was certified says what figures were then; what is a draft follows them."""
    figures = EvidenceFigure.objects.select_related("application")
    for figure in figures.filter(application__status__in=SIGNED, frozen__isnull=True):
        yield f"A figure of {figure.application.reference}, which is {figure.application.status}, is not frozen."
    for figure in figures.filter(application__status=Status.DRAFT, frozen__isnull=False):
        yield f"A figure of {figure.application.reference}, which is a draft, is frozen."


@invariant
def a_second_phase_carries_on_the_first() -> Iterator[str]:
    """Whoever applies there was in the first phase, on the same outcome; nothing else is carried on."""
    for bid in Application.objects.filter(round__follows__isnull=False, carried_from__isnull=True):
        yield f"{bid.reference} is in a second phase without an application of the first."
    carried = Application.objects.filter(carried_from__isnull=False)
    same = Q(round__follows=F("carried_from__round"), outcome=F("carried_from__outcome"))
    for bid in carried.exclude(same):
        yield f"{bid.reference} carries on an application of another round or outcome."


@invariant
def content_is_what_was_certified() -> Iterator[str]:
    signed = Application.objects.filter(status__in=SIGNED)
    signed = signed.select_related("round", "authority").prefetch_related(
        "round__questions",
        "answers",
        "figures",
        "attachments",
        "partners__authority",
        "partners__inherited_from",
    )
    for bid in signed.iterator(chunk_size=200):
        if bid.content_hash != bid.fingerprint():
            yield f"{bid.reference} no longer says what was certified."


@invariant
def parts_are_what_partners_hold() -> Iterator[str]:
    """What partners have of the grant is kept beside its heads, and is never more than they are."""
    held = {f"held_{head}": Coalesce(Sum(f"partners__{head}"), 0) for head in HEADS}
    wrong = Q()
    for head in HEADS:
        wrong |= ~Q(**{f"parts_{head}": F(f"held_{head}")}) | Q(**{f"parts_{head}__gt": F(head)})
    for bid in Application.objects.annotate(**held).filter(wrong):
        yield f"{bid.reference} does not keep what its partners have of the grant."


@invariant
def every_text_is_kept() -> Iterator[str]:
    """What stands in an answer, or in the details, is the newest of its versions, and none is missing."""
    same = AnswerVersion.objects.filter(
        answer=OuterRef("pk"), version=OuterRef("version"), text=OuterRef("text")
    )
    answers = Answer.objects.annotate(kept=Count("versions")).filter(~Exists(same) | ~Q(kept=F("version")))
    for reference, question in answers.values_list("application__reference", "question"):
        yield f"{reference}: the versions of the answer to question {question} do not lead to what stands."
    texts = {name: OuterRef(name) for name in DetailsVersion.TEXTS}
    alike = DetailsVersion.objects.filter(
        application=OuterRef("pk"), version=OuterRef("details_version"), **texts
    )
    bids = Application.objects.annotate(kept=Count("details_versions"))
    for bid in bids.filter(~Exists(alike) | ~Q(kept=F("details_version"))):
        yield f"{bid.reference}: the versions of its details do not lead to what stands."


@invariant
def every_file_is_there_as_it_came() -> Iterator[str]:
    """Row and bytes agree, by size and hash: after a crash, and after a restore."""
    held = Attachment.objects.filter(erased_at__isnull=True).select_related("application")
    for file in held.iterator(chunk_size=500):
        told = f"File {file.pk} of {file.application.reference}"
        try:
            found = shelf().fingerprint(file.stored_as or "")
        except FileNotFoundError:
            yield f"{told} has no bytes on the shelf."
        else:
            if found != (file.size, file.sha256):
                yield f"{told} is on the shelf, and is not what was added."


@invariant
def nothing_lies_on_the_shelf_without_a_row() -> Iterator[str]:
    """Of what a row has claimed; the sweep looks after the rest."""
    rows = set(Attachment.objects.filter(stored_as__isnull=False).values_list("stored_as", flat=True))
    for name in shelf().names():
        if name not in rows:
            yield f"{name} lies on the shelf, and no application has it."


@invariant
def no_more_files_than_the_round_allows() -> Iterator[str]:
    bids = Application.objects.annotate(
        files_now=Count("attachments", filter=Q(attachments__removed_at=None))
    )
    for bid in bids.filter(files_now__gt=F("round__files_most")):
        yield f"{bid.reference} has {bid.files_now} files, which is more than its round allows."


@invariant
def nothing_infected_was_certified() -> Iterator[str]:
    """A virus may be found after the certifying, never before it."""
    found = Attachment.objects.kept().filter(
        scan=Attachment.Scan.INFECTED, scanned_at__lt=F("application__certified_at")
    )
    for file in found.select_related("application"):
        yield f"{file.application.reference} was certified with file {file.pk}, in which a virus had been found."
