"""Sign-in: accounts are made by staff, addresses are lower-cased, and mail leaves by the outbox."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from beacons.core import clock
from beacons.core.letters import Letter


class HouseAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own: councils and bodies are known."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's letter into our outbox, so that a mail server that is down breaks no page."""
        mail = self.render_mail(template_prefix, email, {**context, "request": self.request})
        at = clock.now()
        Letter.objects.create(
            key=f"sign-in:{uuid.uuid4()}",
            kind="sign_in",
            to=email,
            subject=" ".join(mail.subject.split())[:200],
            body=str(mail.body),
            written_at=at,
            not_before=at,
        )
