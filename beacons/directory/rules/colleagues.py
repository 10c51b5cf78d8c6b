"""Why a colleague cannot be invited, an invitation not be taken up, or somebody not be removed, now."""

from datetime import datetime, timedelta

from beacons.core.workdays import day_in_london
from beacons.directory import permissions
from beacons.directory.models import COUNCIL_ROLES, Authority, ColleagueInvitation, Membership, Role, User

MOST_WAITING = 30
# So long after a letter another may follow: the first may only be slow.
AGAIN = timedelta(minutes=10)
IN_WORDS = {Role.DRAFTER: "an officer", Role.CERTIFIER: "a certifier"}


def in_words(role: str) -> str:
    """'an officer', 'a certifier'."""
    return IN_WORDS[Role(role)]


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def reasons_abolished(authority: Authority, *, at: datetime) -> list[str]:
    if authority.is_abolished(day_in_london(at)):
        return [f"{authority} exists no more, so nobody can be invited to act for it."]
    return []


def reasons_not_to_invite(
    authority: Authority, *, email: str, role: str, by: User, at: datetime
) -> list[str]:
    """Why this person may not invite this address in this role. It says nothing of whether an account has the address."""
    reasons = reasons_abolished(authority, at=at)
    if role not in COUNCIL_ROLES:
        return [*reasons, "Invite a colleague as an officer or as a certifier."]
    if not permissions.may_invite(by, authority, role):
        if not permissions.may_invite(by, authority):
            return [*reasons, f"You act for {authority} no more."]
        reasons.append(
            f"A certifier is invited by another certifier of {authority}, or by the scheme manager at IDeA. Ask one of them."
        )
    reasons += reasons_against_address(authority, email=email, by=by)
    held = Membership.objects.active().filter(authority=authority, user__email=email, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    if role in roles or Role.CERTIFIER in roles:
        known = in_words(Role.CERTIFIER if Role.CERTIFIER in roles else role)
        reasons.append(f"{email} is {known} of {authority} already.")
    waiting = authority.colleague_invitations.waiting()
    if waiting.filter(email=email, role=role).exists():
        reasons.append(f"{email} has been invited already. You can send that invitation again.")
    elif waiting.count() >= MOST_WAITING:
        reasons.append(
            f"{MOST_WAITING} invitations are waiting, which is the most. Withdraw those that are no longer wanted."
        )
    return reasons


def reasons_against_address(authority: Authority, *, email: str, by: User) -> list[str]:
    """A council invites within its own mail domains; a scheme manager, who has asked the council, anybody."""
    if "+" in email.rpartition("@")[0]:
        return ["Write the address without “+”: one mailbox is one person."]
    if domain_of(email) in authority.domains or permissions.has_role(by, Role.SCHEME_MANAGER):
        return []
    if not authority.domains:
        return [
            f"We do not know yet what addresses of {authority} end in, so nobody can be invited from here. Ask the scheme"
            " manager at IDeA to enter it, or to invite your colleague."
        ]
    return [
        f"{email} is not an address of {authority}: those end in {in_list(authority.domains)}. If your colleague has"
        " another, ask the scheme manager at IDeA to invite them."
    ]


def in_list(domains: list[str]) -> str:
    return " or ".join(f"@{domain}" for domain in domains)


def reasons_not_to_send_again(invitation: ColleagueInvitation, *, by: User, at: datetime) -> list[str]:
    reasons = reasons_not_to_withdraw(invitation)
    if reasons:
        return reasons
    authority = invitation.authority
    reasons += reasons_abolished(authority, at=at)
    if not permissions.may_invite(by, authority, invitation.role):
        reasons.append(f"You cannot invite {in_words(invitation.role)} of {authority}.")
    reasons += reasons_against_address(authority, email=invitation.email, by=by)
    if at < invitation.invited_at + AGAIN:
        reasons.append("The letter went out a few minutes ago. Wait ten minutes before you send another.")
    return reasons


def reasons_not_to_withdraw(invitation: ColleagueInvitation) -> list[str]:
    if invitation.accepted_at is not None:
        return [f"{invitation.email} has accepted this invitation."]
    if invitation.withdrawn_at is not None:
        return ["This invitation has been withdrawn already."]
    return []


def reasons_not_to_accept(invitation: ColleagueInvitation, *, at: datetime) -> list[str]:
    """Of the link itself, whoever opens it."""
    if invitation.accepted_at is not None:
        return ["This link was used already. It works once."]
    if invitation.withdrawn_at is not None:
        return ["This invitation has been withdrawn."]
    if invitation.is_over(at):
        return ["This invitation is more than a week old."]
    authority = invitation.authority
    if reasons := reasons_abolished(authority, at=at):
        return reasons
    by_office = Membership.objects.active().filter(user=invitation.invited_by_id, role=Role.SCHEME_MANAGER)
    if domain_of(invitation.email) not in authority.domains and not by_office.exists():
        return [f"Addresses like {invitation.email} are those of {authority} no more."]
    return []


def reasons_not_to_join(user: User) -> list[str]:
    """Of whoever has the address already."""
    return (
        []
        if user.is_active
        else ["The account with this address is closed. Ask the scheme’s office to open it."]
    )


def reasons_not_to_remove(person: User, authority: Authority, *, by: User) -> list[str]:
    """A council keeps a certifier of its own; a scheme manager, who can appoint another, may end any role."""
    held = Membership.objects.active().filter(authority=authority, role__in=COUNCIL_ROLES)
    if not held.filter(user=person).exists():
        return [f"{person} does not act for {authority} any more."]
    certifiers = held.filter(role=Role.CERTIFIER, user__is_active=True)
    is_certifier = certifiers.filter(user=person).exists()
    if permissions.has_role(by, Role.SCHEME_MANAGER) or not is_certifier:
        return []
    if not certifiers.exclude(user=person).exists():
        who = "You are" if person.pk == by.pk else f"{person} is"
        return [
            f"{who} the only certifier of {authority}: without one nothing can be certified, and no grant accepted. Invite"
            " another certifier first, or ask the scheme manager at IDeA."
        ]
    return []
