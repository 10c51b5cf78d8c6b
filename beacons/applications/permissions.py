"""Who may do what with an application. Whether it may happen now is a question for `rules`."""

from typing import Any

from beacons.applications.models import Application, Partner
from beacons.directory import permissions as directory
from beacons.directory.models import Authority, Role
from beacons.directory.permissions import has_role


def may_start(user: Any, authority: Authority) -> bool:
    return directory.acts_for(user, authority)


def may_start_own(user: Any) -> bool:
    """Councillors apply for themselves in the rounds that are for them."""
    return user.is_authenticated and bool(user.seats_in_councils)


def may_read(user: Any, application: Application) -> bool:
    """Those who write it and those who certify it; in what is a councillor's own, nobody of the council's officers."""
    return may_edit(user, application) or certifies(user, application)


def may_edit(user: Any, application: Application) -> bool:
    """Officers and certifiers of the lead authority write, hand in, withdraw and reopen; a councillor what is their own."""
    if application.councillor_id is not None:
        return user.is_authenticated and application.councillor_id == user.pk
    return directory.acts_for(user, application.authority_id)


def certifies(user: Any, application: Application) -> bool:
    """A certifier of the lead authority, or for a councillor the leader of the political group on the council."""
    if not user.is_authenticated:
        return False
    if application.councillor_id is not None:
        return user.leads_group(application.authority_id, application.political_group)
    return user.certifies_for(application.authority_id)


def may_certify(user: Any, application: Application) -> bool:
    """Who certifies for it, and is not the person who began it."""
    return certifies(user, application) and application.drafted_by_id != user.pk


def may_send_back(user: Any, application: Application) -> bool:
    return certifies(user, application)


def may_endorse(user: Any, application: Application) -> bool:
    """Lead members of the LGA's board, in rounds that ask for them; never a bid of an authority they belong to."""
    if not (has_role(user, Role.LEAD_MEMBER) and application.round.endorsements_least):
        return False
    theirs = {hat.authority_id for hat in user.hats if hat.authority_id}
    partners = {partner.authority_id for partner in application.partners.all()}
    return not theirs & {application.authority_id, *partners}


def may_extend(user: Any) -> bool:
    """Two of those who run rounds give an authority more time: one asks, another agrees."""
    return directory.runs_rounds(user)


def may_answer(user: Any, partner: Partner) -> bool:
    """Officers and certifiers of a partner that is an authority write, confirm or decline its part."""
    return partner.authority_id is not None and directory.acts_for(user, partner.authority_id)


def may_check(user: Any) -> bool:
    """Scheme managers and case officers check what was handed in, and see who has not handed in."""
    return directory.runs_rounds(user)
