"""The way of an application, from its first draft until its grant is closed.

What the panel makes of it is sealed and kept by the panel (`panel.Case`); no list of applications can leak it.
"""

from django.db import models

from beacons.core.lifecycle import Lifecycle


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    CERTIFIED = "certified", "Certified"
    SUBMITTED = "submitted", "Submitted"
    ELIGIBLE = "eligible", "Eligible"
    INELIGIBLE = "ineligible", "Not eligible"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    CLOSED = "closed", "Closed"


APPLICATION = Lifecycle(
    "application",
    Status.DRAFT,
    ("certify", [Status.DRAFT], Status.CERTIFIED),
    ("send_back", [Status.DRAFT, Status.CERTIFIED], Status.DRAFT),
    ("submit", [Status.CERTIFIED], Status.SUBMITTED),
    ("withdraw", [Status.DRAFT, Status.CERTIFIED, Status.SUBMITTED, Status.ELIGIBLE], Status.WITHDRAWN),
    ("reopen", [Status.WITHDRAWN], Status.DRAFT),
    ("lapse", [Status.DRAFT, Status.CERTIFIED], Status.LAPSED),
    ("find_eligible", [Status.SUBMITTED], Status.ELIGIBLE),
    ("find_ineligible", [Status.SUBMITTED], Status.INELIGIBLE),
    ("close", [Status.ELIGIBLE], Status.CLOSED),
)

# Statuses in which the authority has handed its application in and it counts.
HANDED_IN = (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE, Status.CLOSED)
# Statuses in which what a certifier signed must still be what it says.
SIGNED = (Status.CERTIFIED, *HANDED_IN)
# Statuses in which an application stands in the way of another for the same authority, outcome and category.
STANDING = (Status.DRAFT, Status.CERTIFIED, *HANDED_IN)
