"""All papers of a member as one PDF: asked for, drawn beside every transaction, and handed out to the one who asked."""

from datetime import datetime
from typing import Any

from beacons.applications.models import Submission
from beacons.applications.printing import Paper
from beacons.core import papers as press
from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from panel.models import Bundle
from panel.pile import pile_of
from panel.querysets.sheets import BUNDLE_PATIENCE
from panel.rules import bundles as rules

TEMPLATE = "panel/papers_pdf.html"


@verb
def ask(*, by: Any, at: datetime) -> Bundle:
    """Have them drawn anew, as they are then."""
    refuse_if(rules.reasons_not_to_ask(pile_of(by, at)))
    fresh: dict[str, Any] = {
        "asked_at": at,
        "begun_at": None,
        "drawn_at": None,
        "papers": [],
        "content": None,
    }
    bundle, _ = Bundle.objects.update_or_create(reader=by, defaults=fresh)
    steps.note(bundle, "ask", by=by, at=at)
    return bundle


def draw(bundle: Bundle, *, at: datetime) -> bool:
    """Draw what its reader may read at this instant; False where somebody else draws it already.

    It takes seconds, and many with many papers: no transaction waits for it.
    """
    if not begin(bundle, at=at):
        return False
    found = pile_of(bundle.reader, at).to_read
    handed_in = {
        submission.application_id: submission
        for submission in Submission.objects.filter(application__in=[paper.application for paper in found])
        .select_related("application__authority", "application__councillor", "certification", "submitted_by")
        .order_by("number")
    }
    listed = [
        (paper, Paper(handed_in[paper.application], ())) for paper in found if paper.application in handed_in
    ]
    try:
        content = press.pdf(TEMPLATE, {"reader": bundle.reader, "papers": listed, "at": at})
    except press.NoPress:
        # Its page says so.
        content = b""
    return keep(bundle, [paper.reference for paper, _ in listed], content, begun_at=at)


@verb
def begin(bundle: Bundle, *, at: datetime) -> bool:
    bundle = Bundle.objects.lock(bundle.pk)
    if bundle.is_drawn or (bundle.begun_at and bundle.begun_at > at - BUNDLE_PATIENCE):
        return False
    bundle.begun_at = at
    bundle.save(update_fields=["begun_at"])
    return True


@verb
def keep(bundle: Bundle, papers: list[str], content: bytes, *, begun_at: datetime) -> bool:
    """Keep what was drawn, unless it was asked for anew meanwhile."""
    bundle = Bundle.objects.lock(bundle.pk)
    if bundle.begun_at != begun_at:
        return False
    bundle.papers, bundle.content, bundle.drawn_at = papers, content, begun_at
    bundle.save()
    return True


@verb
def take(bundle: Bundle, *, by: Any, at: datetime) -> bytes:
    """Hand it to its reader, and note which papers were taken away."""
    bundle = Bundle.objects.lock(bundle.pk)
    refuse_if(rules.reasons_not_to_take(bundle, pile_of(by, at), by=by, at=at))
    steps.note(bundle, "take", by=by, at=at, papers=bundle.papers)
    return bytes(bundle.content or b"")


@verb
def throw_away(bundle: Bundle, *, by: Any, at: datetime) -> None:
    """A day after it was asked for; not one that was asked for anew since."""
    bundle = Bundle.objects.lock(bundle.pk)
    refuse_if(rules.reasons_not_to_throw_away(bundle, at=at))
    steps.note(bundle, "throw_away", by=by, at=at)
    Bundle.objects.filter(pk=bundle.pk).delete()
