"""How often one address may come with what leads nowhere, such as links that somebody guesses."""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import HttpRequest

# So much of an IPv6 address belongs to one house.
PREFIX = 64


def within(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count one more of `what` from where the request came; False when it is more than `most` in this span of time.

    Counted in each process by itself, and in spans of so many seconds that begin on the clock: rough, and enough
    against guessing at secrets of 256 bits.
    """
    span = int(request.at.timestamp()) // seconds  # type: ignore[attr-defined]
    came_from = hashlib.sha256(household(get_client_ip_address(request) or "").encode()).hexdigest()
    key = f"throttle:{what}:{span}:{came_from}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:
        # A full cache let go of the count between the two lines: this is the first of a new one.
        return True


def household(address: str) -> str:
    """The address; of IPv6 the part that one connection has to itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(ip_network(f"{known}/{PREFIX}", strict=False).network_address)
    return address
