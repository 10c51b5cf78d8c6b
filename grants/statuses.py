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
    ("offer", [GrantStatus.DRAFTED], GrantStatus.OFFERED, "be offered"),
    ("accept", [GrantStatus.OFFERED], GrantStatus.ACCEPTED, "be accepted"),
    ("refuse", [GrantStatus.OFFERED], GrantStatus.REFUSED, "be refused"),
    ("lapse", [GrantStatus.OFFERED], GrantStatus.LAPSED, "lapse"),
    ("agree", [GrantStatus.ACCEPTED], GrantStatus.AGREED, "be agreed"),
    ("start", [GrantStatus.AGREED], GrantStatus.ACTIVE, "be started"),
    ("report", [GrantStatus.ACTIVE], GrantStatus.REPORTED, "be reported on"),
    ("send_back", [GrantStatus.REPORTED], GrantStatus.ACTIVE, "be sent back"),
    ("reconcile", [GrantStatus.REPORTED, GrantStatus.RECOVERING], GrantStatus.RECONCILED, "be reconciled"),
    ("close", [GrantStatus.RECONCILED, GrantStatus.STOPPED], GrantStatus.CLOSED, "be closed"),
    (
        "stop",
        [GrantStatus.ACCEPTED, GrantStatus.AGREED, GrantStatus.ACTIVE],
        GrantStatus.STOPPED,
        "be stopped",
    ),
    ("recover", [GrantStatus.REPORTED, GrantStatus.STOPPED], GrantStatus.RECOVERING, "be recovered"),
    back=("send_back",),
    said={
        GrantStatus.REFUSED: "was refused by the council",
        GrantStatus.LAPSED: "has lapsed",
        GrantStatus.REPORTED: "has been reported on",
        GrantStatus.RECOVERING: "is being recovered",
    },
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
    ("approve", [PaymentStatus.PREPARED], PaymentStatus.APPROVED, "be approved"),
    ("reject", [PaymentStatus.PREPARED], PaymentStatus.REJECTED, "be rejected"),
)
