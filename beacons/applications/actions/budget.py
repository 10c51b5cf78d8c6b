"""The money, body by body."""

from collections.abc import Mapping
from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.writing import Overtaken
from beacons.applications.budget import HEADS, Sums, added_up, sums_of
from beacons.applications.content import budget_fingerprint
from beacons.applications.models import Application, Partner
from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User


@verb
def save_budget(
    application: Application,
    *,
    own: Sums,
    parts: Mapping[int, Sums],
    is_whole_area: bool,
    own_pooled: int,
    pooled: Mapping[int, int],
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Application:
    """Save what each body has of the grant, and what it puts into a pooled budget.

    `own` and `own_pooled` are the lead authority's; `parts` and `pooled` those of partners, by their ids. The
    application keeps the totals. `seen` is the fingerprint of what the form showed when it was opened.
    """
    application = Application.objects.lock(application.pk)
    refuse_if(
        rules.reasons_not_to_save_budget(
            application, sums=[own, *parts.values()], pooled=[own_pooled, *pooled.values()], at=at
        )
    )
    partners = {partner.pk: partner for partner in application.partners.select_related("authority")}
    strangers = (set(parts) | set(pooled)) - set(partners)
    totals = added_up(
        [own, *({pk: sums_of(partner) for pk, partner in partners.items()} | dict(parts)).values()]
    )
    typed = {**dict(zip(HEADS, totals, strict=True)), "is_whole_area": is_whole_area, "pooled": own_pooled}
    changed = {name: value for name, value in typed.items() if getattr(application, name) != value}
    moved = [
        partner
        for pk, partner in partners.items()
        if (sums_of(partner), partner.pooled)
        != (parts.get(pk, sums_of(partner)), pooled.get(pk, partner.pooled))
    ]
    if not (changed or moved or strangers):
        return application
    if seen is not None and seen != budget_fingerprint(application):
        raise Overtaken(
            "Somebody else changed the budget or the partners while you were writing. What is saved now is shown above"
            " the form, what you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=application,
        )
    if strangers:
        raise Refused("One of these bodies is not a partner in this application. Open the page again.")
    for partner in moved:
        for head, amount in zip(HEADS, parts.get(partner.pk, sums_of(partner)), strict=True):
            setattr(partner, head, amount)
        partner.pooled = pooled.get(partner.pk, partner.pooled)
    _write(application, typed, moved)
    steps.note(
        application,
        "save_budget",
        by=by,
        at=at,
        saved=typed,
        parts=[
            {"partner": str(partner), "sums": sums_of(partner), "pooled": partner.pooled} for partner in moved
        ],
    )
    return application


def _write(application: Application, typed: Mapping[str, int], moved: list[Partner]) -> None:
    """The database keeps the parts within the totals at every moment, so these make room for old and new first."""
    if moved:
        for head in HEADS:
            setattr(application, head, getattr(application, head) + typed[head])
        application.save(update_fields=HEADS)
        Partner.objects.bulk_update(moved, [*HEADS, "pooled"])
    for name, value in typed.items():
        setattr(application, name, value)
    application.save(update_fields=list(typed))
