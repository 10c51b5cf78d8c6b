"""What staff enter about an authority beside the compiled table."""

from collections.abc import Sequence
from datetime import datetime

from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, User
from beacons.directory.rules.authorities import reasons_against_domains


@verb
def set_mail_domains(authority: Authority, domains: Sequence[str], *, by: User, at: datetime) -> Authority:
    """Invitations that wait for an address elsewhere open nothing from now on: the link asks again."""
    authority = Authority.objects.lock(authority.pk)
    refuse_if(reasons_against_domains(domains))
    before, authority.mail_domains = authority.mail_domains, " ".join(domains)
    if before != authority.mail_domains:
        authority.save(update_fields=["mail_domains"])
        steps.note(authority, "set_mail_domains", by=by, at=at, mail_domains=[before, authority.mail_domains])
    return authority
