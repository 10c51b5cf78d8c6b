"""The way of a grant, and of a payment."""

from django.db import models

from beacons.core.lifecycle import Lifecycle


class GrantStatus(models.TextChoices):
    DRAFTED = "drafted", "Drafted"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused by the council"
    LAPSED = "lapsed", "Offer lapsed"
    AGREED = "agreed", "Agreed"
    ACTIVE = "active", "Active"
    REPORTED = "reported", "Reported"
    RECONCILED = "reconciled", "Reconciled"
    CLOSED = "closed", "Closed"
    STOPPED = "stopped", "Stopped"
    RECOVERING = "recovering", "Recovering money"


GRANT = Lifecycle(
    "grant",
    GrantStatus.DRAFTED,
    ("offer", [GrantStatus.DRAFTED], GrantStatus.OFFERED),
    ("accept", [GrantStatus.OFFERED], GrantStatus.ACCEPTED),
    ("refuse", [GrantStatus.OFFERED], GrantStatus.REFUSED),
    ("lapse", [GrantStatus.OFFERED], GrantStatus.LAPSED),
    ("agree", [GrantStatus.ACCEPTED], GrantStatus.AGREED),
    ("start", [GrantStatus.AGREED], GrantStatus.ACTIVE),
    ("report", [GrantStatus.ACTIVE], GrantStatus.REPORTED),
    ("send_back", [GrantStatus.REPORTED], GrantStatus.ACTIVE),
    ("reconcile", [GrantStatus.REPORTED, GrantStatus.RECOVERING], GrantStatus.RECONCILED),
    ("close", [GrantStatus.RECONCILED, GrantStatus.STOPPED], GrantStatus.CLOSED),
    ("stop", [GrantStatus.ACCEPTED, GrantStatus.AGREED, GrantStatus.ACTIVE], GrantStatus.STOPPED),
    ("recover", [GrantStatus.REPORTED, GrantStatus.STOPPED], GrantStatus.RECOVERING),
)

# A grant in one of these holds no money of the pot.
FREED = (GrantStatus.REFUSED, GrantStatus.LAPSED)
# In one of these instalments can be paid: the last one is paid after the closing return.
PAYING = (GrantStatus.ACTIVE, GrantStatus.REPORTED)
# The offer was accepted: there is an agreement, to be signed or signed already.
UNDER_AGREEMENT = (
    GrantStatus.ACCEPTED,
    GrantStatus.AGREED,
    GrantStatus.ACTIVE,
    GrantStatus.REPORTED,
    GrantStatus.RECONCILED,
    GrantStatus.CLOSED,
    GrantStatus.STOPPED,
    GrantStatus.RECOVERING,
)
# The plan of these may still move with the round's.
RUNNING = (
    GrantStatus.DRAFTED,
    GrantStatus.OFFERED,
    GrantStatus.ACCEPTED,
    GrantStatus.AGREED,
    GrantStatus.ACTIVE,
)


class PaymentStatus(models.TextChoices):
    PREPARED = "prepared", "Prepared"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


PAYMENT = Lifecycle(
    "payment",
    PaymentStatus.PREPARED,
    ("approve", [PaymentStatus.PREPARED], PaymentStatus.APPROVED),
    ("reject", [PaymentStatus.PREPARED], PaymentStatus.REJECTED),
)
