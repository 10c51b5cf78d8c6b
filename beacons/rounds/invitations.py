"""What is done about invitations: sent to the cohort, opened, and spoken of again before sign-up closes."""

from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User
from beacons.rounds import engagement, rules
from beacons.rounds.models import Invitation, Round, Stage
from beacons.rounds.notices import people


@verb
def invite(round: Round, *, by: User | None, at: datetime) -> list[Invitation]:
    """Invite the members of the cohort who are not invited yet, such as those who signed up later."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_invite(round, at=at))
    return send(round, by=by, at=at)


def send(round: Round, *, by: User | None, at: datetime) -> list[Invitation]:
    """An invitation for each member of the cohort that has none; one letter to a person for all its outcomes.

    For a verb that holds the round's lock: so nobody is invited twice.
    """
    waiting = engagement.uninvited(round, at).select_related("outcome").order_by("outcome__title", "pk")
    sent = Invitation.objects.bulk_create(
        Invitation(
            round=round, outcome=sign_up.outcome, authority_id=sign_up.authority_id, sent_by=by, sent_at=at
        )
        for sign_up in waiting
    )
    if not sent:
        return sent
    by_authority: dict[int, list[Invitation]] = {}
    for invitation in sent:
        by_authority.setdefault(invitation.authority_id, []).append(invitation)
    written_to = people(by_authority)
    for user, invited in written_to:
        letters.write(
            "round_invitation",
            to=user,
            key=f"{round.pk}:{sent[0].pk}",
            at=at,
            context={"round": round, "invited": invited, "sign_up": round.plan[0]},
        )
    steps.note(round, "invite", by=by, at=at, invitations=len(sent), letters=len(written_to))
    return sent


@verb
def open_invitation(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Somebody of the council has read it. The first to do so stays on record; it is stamped once."""
    stamped = Invitation.objects.unopened().filter(pk=invitation.pk).update(opened_by=by, opened_at=at)
    if stamped:
        invitation.opened_by, invitation.opened_at = by, at
        steps.note(invitation, "open", by=by, at=at)
    return invitation


@verb
def remind(stage: Stage, *, by: User | None, at: datetime) -> Stage:
    """Write to those who have something left to do before sign-up closes: one letter to a person for all of it."""
    round = Round.objects.lock(stage.round_id)
    stage = round.stage_of(stage.key)
    refuse_if(rules.reasons_not_to_remind(stage, by=by, at=at))
    left: dict[int, list[dict[str, Any]]] = {}
    late = engagement.to_remind(round, at).select_related("outcome").order_by("outcome__title", "pk")
    for sign_up in late:
        left.setdefault(sign_up.authority_id, []).append(
            {"outcome": sign_up.outcome, "invitation": sign_up.invitation_id, "left": what_is_left(sign_up)}
        )
    written_to = people(left)
    for user, invited in written_to:
        letters.write(
            "round_reminder",
            to=user,
            key=f"{stage.pk}:{rules.reminders_day(at)}",
            at=at,
            context={"round": round, "invited": invited, "sign_up": stage},
        )
    steps.note(stage, "remind", by=by, at=at, letters=len(written_to))
    return stage


def what_is_left(sign_up: Any) -> str:
    """Of a sign-up with its engagement, in words."""
    parts = []
    if sign_up.confirmed_at is None:
        parts.append("confirm the sign-up")
    if not (sign_up.has_stated or sign_up.has_supported):
        parts.append("say what is hard about it, or support what another council said")
    return "; ".join(parts)
