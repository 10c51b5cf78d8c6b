"""The door of the house: when a request came, whether its text can be read, and who may keep the answer."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from beacons.core import carrying, clock
from beacons.core.text import readable, unreadable

Respond = Callable[[HttpRequest], HttpResponse]


def stamp_arrival(respond: Respond) -> Respond:
    """`request.at` is when the request came: as our own proxy saw it, when there is one, else as we see it.

    The deadline compares with this instant, whatever the queue behind the door was like.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = arrival(request)  # type: ignore[attr-defined]
        return respond(request)

    return middleware


def arrival(request: HttpRequest) -> datetime:
    """The instant of arrival, in UTC, from `X-Request-Start: t=<seconds>` if our proxy is trusted to set it."""
    now = clock.now()
    stamped = request.headers.get("X-Request-Start", "")
    if not (settings.TRUSTED_PROXY and stamped.startswith("t=")):
        return now
    try:
        came = datetime.fromtimestamp(float(stamped[2:]), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return now
    # Further from our own clock than that, it is a fault of the proxy and not an arrival.
    return came if now - clock.STRAGGLERS <= came <= now else now


def refuse_unreadable_text(respond: Respond) -> Respond:
    """NUL and lone surrogates cannot be stored, nor looked for; say so, before any page or form sees them.

    Of a form it is shown again what was typed. One whose page carries text on (`CarriesOn`) is shown again itself:
    it is given the text without them, and `request.unreadable`, the names of the fields in which they stood.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if unreadable(request.path_info) or fields_unreadable(request.GET):
            return render(request, "400.html", status=400)
        if request.method == "POST" and request.content_type != "multipart/form-data":
            names = fields_unreadable(request.POST)
            if names:
                request.POST = without_the_unreadable(request.POST)
                known = carrying.typist(request)
                if known is None or known[1] != request.path:
                    facts = {"typed": carrying.typed_in(request.POST)}
                    return render(request, "400.html", facts, status=400)
                request.unreadable = names  # type: ignore[attr-defined]
        return respond(request)

    return middleware


def fields_unreadable(sent: QueryDict) -> set[str]:
    return {
        readable(name) for name, texts in sent.lists() if any(unreadable(text) for text in (name, *texts))
    }


def without_the_unreadable(sent: QueryDict) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, texts in sent.lists():
        found.setlistdefault(readable(name)).extend(readable(text) for text in texts)
    return found


def keep_out_of_caches(respond: Respond) -> Respond:
    """What a signed-in person is shown is kept by no cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware


def refuse_too_much(respond: Respond) -> Respond:
    """A body that is larger than any form of ours is refused before a byte of it is read.

    Files come from people who are signed in; what a visitor sends is no larger than a form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdecimal() else 0
        if size > settings.BODY_MOST_OF_A_VISITOR:
            known = request.user.is_authenticated
            if not known or size > settings.BODY_MOST:
                return render(request, "413.html", {"signed_in": known, "size": size}, status=413)
        return respond(request)

    return middleware
