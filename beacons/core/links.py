"""Links that let somebody in who has no account: their secret, and the pages behind them."""

import hashlib
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from beacons.core.throttle import within

# So many links that do not work are answered to one address within so many seconds.
GUESSES, SPAN = 30, 300


def hash_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def by_link(unknown: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view whose address lets somebody in: kept by no cache, found by no search engine, and not to be guessed.

    Where the view finds nothing the template `unknown` says so: the same answer to all, and after many from one address
    none.
    """

    def guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def opened(request: HttpRequest, *arguments: str, **named: str) -> HttpResponseBase:
            try:
                response = view(request, *arguments, **named)
            except Http404:
                few = within(request, "unknown-link", most=GUESSES, seconds=SPAN)
                response = render(request, unknown, status=404 if few else 429)
            patch_cache_control(response, no_store=True, private=True)
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return opened

    return guard
