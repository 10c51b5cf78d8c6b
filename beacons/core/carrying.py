"""What a person typed into a form whose session had ended travels with that person through sign-in.

A form is marked with whom it was given to and at which address. When it comes in without a session, or with a token of
one that is over, its text is laid into the new session, which signing in keeps; the form then opens again with the text
in it. It is given to nobody but the person it was typed by: whoever else signs in there finds it gone.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, QueryDict

# The hidden field that holds the mark.
TYPIST = "typist"
SALT = "beacons.core.carrying"
CARRIED = "carried"
# So many forms one session carries; more have not been open at once in one browser by one person.
MOST = 10
# A shorter text is typed again as fast as it is copied.
WORTH_COPYING = 20
# Fields that nobody typed, and what nobody is shown again.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "password", "login", "code", "seen", TYPIST})


def typed_in(sent: QueryDict) -> list[tuple[str, str]]:
    """What somebody wrote into a form that was not taken, by name; no password among it."""
    return [
        (name.replace("_", " "), text)
        for name, texts in sent.lists()
        if name not in NOT_TYPED and "password" not in name
        for text in texts
        if len(text) > WORTH_COPYING
    ]


def mark(user: Any, path: str) -> str:
    """Says, so that nobody else can, that this person was given the form at this address."""
    return signing.dumps([user.pk, path], salt=SALT)


def typist(request: HttpRequest) -> tuple[int, str] | None:
    """The id of the person who was given the form that came in, and its address; None without a mark of ours."""
    try:
        pk, path = signing.loads(request.POST.get(TYPIST, ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return pk, path


def is_of_somebody_else(request: HttpRequest) -> bool:
    """Was the form that came in given to another person than the one who is signed in now?"""
    known = typist(request)
    return known is not None and known[0] != request.user.pk


def keep(request: HttpRequest) -> bool:
    """Lay what came in into the session, for the person whose form it is; was it theirs, and is it kept?"""
    known = typist(request)
    if known is None or known[1] != request.path:
        return False
    if request.user.is_authenticated and known[0] != request.user.pk:
        return False
    texts = request.POST.copy()
    for name in ("csrfmiddlewaretoken", TYPIST):
        texts.pop(name, None)
    held = {path: kept for path, kept in request.session.get(CARRIED, {}).items() if path != request.path}
    newest = dict(list(held.items())[1 - MOST :])
    request.session[CARRIED] = {**newest, request.path: [known[0], texts.urlencode()]}
    return True


def carried(request: HttpRequest, path: str = "") -> QueryDict | None:
    """What this person typed at this address and could not save, if it was carried here."""
    pk, texts = request.session.get(CARRIED, {}).get(path or request.path, (None, ""))
    return QueryDict(texts) if texts and pk == request.user.pk else None


def let_go(request: HttpRequest, path: str = "") -> None:
    """It was saved, or is not wanted any more."""
    held = dict(request.session.get(CARRIED, {}))
    if held.pop(path or request.path, None):
        request.session[CARRIED] = held


@receiver(user_logged_in, dispatch_uid="carry_nobody_elses_text")
def carry_nobody_elses_text(request: HttpRequest, user: Any, **_: Any) -> None:
    held = request.session.get(CARRIED)
    if held:
        request.session[CARRIED] = {path: kept for path, kept in held.items() if kept[0] == user.pk}
