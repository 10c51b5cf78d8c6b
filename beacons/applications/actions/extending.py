"""More time for one authority: asked for by one person of the office, agreed to or refused by another."""

from datetime import datetime

from beacons.applications import closings, rules
from beacons.applications.models import Extension
from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, Role, User
from beacons.rounds.models import Round


@verb
def ask_for_time(
    a_round: Round, authority: Authority, *, until: datetime, why: str, by: User, at: datetime
) -> Extension:
    """One person of the office asks. Nothing is given yet; the others who run rounds are told at once."""
    a_round = Round.objects.lock(a_round.pk)
    refuse_if(rules.reasons_not_to_ask_for_time(a_round, authority, until=until, why=why, at=at))
    extension = Extension.objects.create(
        round=a_round, authority=authority, until=until, why=why, asked_by=by, asked_at=at
    )
    steps.note(extension, "ask", by=by, at=at, why=why, until=until)
    for person in User.objects.with_role(Role.SCHEME_MANAGER, Role.CASE_OFFICER).exclude(pk=by.pk):
        letters.write("extension_asked", to=person, key=f"{extension.pk}", at=at, context=facts(extension))
    return extension


@verb
def agree_to_time(extension: Extension, *, by: User, at: datetime) -> Extension:
    """A second person agrees: from now on the authority's closing is the later one, everywhere."""
    extension = locked(extension)
    refuse_if(rules.reasons_not_to_agree_to_time(extension, by=by, at=at))
    before = closings.Deadline(extension.round, extension.authority).closes_at
    extension.agreed_by, extension.agreed_at = by, at
    extension.save(update_fields=["agreed_by", "agreed_at"])
    steps.note(extension, "agree", by=by, at=at, until=extension.until, before=before)
    people = set(User.objects.of_authority(extension.authority_id)) | {extension.asked_by}
    for person in sorted(people, key=lambda user: user.pk):
        letters.write(
            "extension_agreed",
            to=person,
            key=f"{extension.pk}",
            at=at,
            context={**facts(extension), "before": before},
        )
    return extension


@verb
def refuse_time(extension: Extension, *, why: str, by: User, at: datetime) -> Extension:
    """Refused by another, or taken back by the one who asked."""
    extension = locked(extension)
    refuse_if(rules.reasons_not_to_refuse_time(extension, why=why, at=at))
    extension.refused_by, extension.refused_at, extension.refused_why = by, at, why
    extension.save(update_fields=["refused_by", "refused_at", "refused_why"])
    steps.note(extension, "refuse", by=by, at=at, why=why)
    if by != extension.asked_by:
        letters.write(
            "extension_refused", to=extension.asked_by, key=f"{extension.pk}", at=at, context=facts(extension)
        )
    return extension


def locked(extension: Extension) -> Extension:
    """The round first, as whoever moves its stages locks it: so the dates read here are those that stand."""
    Round.objects.lock(extension.round_id)
    Extension.objects.lock(extension.pk)
    return Extension.objects.for_list().get(pk=extension.pk)


def facts(extension: Extension) -> dict:
    return {"extension": extension, "authority": extension.authority, "round": extension.round}
