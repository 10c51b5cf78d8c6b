"""Whole agreements come in from files: looked at first, then carried out, all or nothing."""

from collections.abc import Sequence
from datetime import datetime

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.loading import BATCH, Tally
from beacons.core.steps import verb
from beacons.core.tables import Problems
from beacons.directory.models import User
from outcomes import agreements, rules
from outcomes.actions.sign_ups import SAID, former_terms, said
from outcomes.agreements import Change, Entry, Plan
from outcomes.models import AgreementImport, FormerTerms, SignUp


@verb
def keep_checked(
    entries: Sequence[Entry],
    plan: Plan,
    *,
    file_name: str,
    sha256: str,
    notes: Sequence[str],
    by: User,
    at: datetime,
) -> AgreementImport:
    """A file without a fault is kept as it was read, with what it would change; nothing else happens yet."""
    kept = AgreementImport.objects.create(
        file_name=file_name[-200:],
        sha256=sha256,
        rows=[entry.kept() for entry in entries],
        lines=plan.lines(),
        notes=list(notes),
        added=sum(change.held is None for change in plan.changes),
        changed=sum(change.held is not None for change in plan.changes),
        unchanged=plan.unchanged,
        checked_by=by,
        checked_at=at,
    )
    steps.note(kept, "check", by=by, at=at, file=file_name, sha256=sha256, changes=len(plan.changes))
    return kept


@verb
def carry_out(kept: AgreementImport, *, by: User, at: datetime) -> AgreementImport:
    """Bring in what was looked at: that very content, or nothing if it would now change something else."""
    kept = AgreementImport.objects.lock(kept.pk)
    refuse_if(rules.reasons_not_to_carry_out(kept))
    plan = agreements.plan(agreements.entries_of(kept.rows), at=at, lock=True)
    if plan.refused:
        raise Refused(*(f"Row {entry.line}: {reason}." for entry, _, reason in plan.refused[:20]))
    if plan.lines() != kept.lines:
        raise Refused(
            "Sign-ups of this file have changed since it was looked at, so nothing was brought in. Upload the file"
            " again to see what it would change now."
        )
    apply(plan, file_name=kept.file_name, sha256=kept.sha256, by=by, at=at)
    kept.carried_out_by, kept.carried_out_at = by, at
    kept.save(update_fields=["carried_out_by", "carried_out_at"])
    steps.note(
        kept,
        "carry_out",
        by=by,
        at=at,
        file=kept.file_name,
        sha256=kept.sha256,
        added=kept.added,
        changed=kept.changed,
        unchanged=kept.unchanged,
    )
    return kept


@verb
def apply(plan: Plan, *, file_name: str, sha256: str, by: User | None, at: datetime) -> Tally:
    """Write what a plan says, and note on each sign-up which file it came from. `by=None`: the command line."""
    added = [change for change in plan.changes if change.held is None]
    changed = [(change, change.held) for change in plan.changes if change.held is not None]
    # What changes is told by the rows as they were.
    lines = [change.line() for change in [*added, *(change for change, _ in changed)]]
    former = [former_terms(held, why=_why(change, file_name), by=by, at=at) for change, held in changed]
    made = SignUp.objects.bulk_create((_made(change, by=by, at=at) for change in added), batch_size=BATCH)
    rewritten = [_rewritten(change, held) for change, held in changed]
    FormerTerms.objects.bulk_create(former, batch_size=BATCH)
    SignUp.objects.bulk_update(rewritten, [*SAID, "source", "confirmed_at", "confirmed_by"], batch_size=BATCH)
    for sign_up, line in zip([*made, *rewritten], lines, strict=True):
        steps.note(
            sign_up,
            "import" if line["kind"] == "add" else "refresh",
            by=by,
            at=at,
            file=file_name,
            sha256=sha256,
            line=line["line"],
            changes=line["changes"],
        )
    return Tally("sign-ups", added=len(added), changed=len(changed), unchanged=plan.unchanged)


def _made(change: Change, *, by: User | None, at: datetime) -> SignUp:
    entry = change.entry
    return SignUp(
        authority=entry.authority,
        outcome=entry.outcome,
        source=entry.source,
        signed_up_at=at,
        signed_up_by=by,
        **said(change.terms),
    )


def _rewritten(change: Change, sign_up: SignUp) -> SignUp:
    """Former terms were taken from it before; who stood by those stands by the new ones afresh."""
    for name, value in said(change.terms).items():
        setattr(sign_up, name, value)
    sign_up.source = change.entry.source
    sign_up.confirmed_at = sign_up.confirmed_by = None
    return sign_up


def _why(change: Change, file_name: str) -> str:
    year = change.entry.refresh_year
    return f"{f'Refresh of {year}' if year else 'Corrected'}, from the file {file_name}"[:300]


def read_to_check(
    source: object, *, name: str, sheet: str | None, at: datetime
) -> tuple[list[Entry], Plan, Problems]:
    """A file as it was uploaded, with all that is wrong with it."""
    problems = Problems(shown=agreements.MOST_SHOWN)
    entries, plan = agreements.read(source, problems, name=name, sheet=sheet, at=at)  # type: ignore[arg-type]
    return entries, plan, problems
