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
    ("certify", [Status.DRAFT], Status.CERTIFIED, "be certified"),
    ("send_back", [Status.DRAFT, Status.CERTIFIED], Status.DRAFT, "be sent back"),
    ("submit", [Status.CERTIFIED], Status.SUBMITTED, "be submitted"),
    (
        "withdraw",
        [Status.DRAFT, Status.CERTIFIED, Status.SUBMITTED, Status.ELIGIBLE],
        Status.WITHDRAWN,
        "be withdrawn",
    ),
    ("reopen", [Status.WITHDRAWN], Status.DRAFT, "be taken up again"),
    ("lapse", [Status.DRAFT, Status.CERTIFIED], Status.LAPSED, "lapse"),
    ("find_eligible", [Status.SUBMITTED], Status.ELIGIBLE, "be found eligible"),
    ("find_ineligible", [Status.SUBMITTED], Status.INELIGIBLE, "be found ineligible"),
    ("close", [Status.ELIGIBLE], Status.CLOSED, "be closed"),
    back=("send_back", "reopen"),
    said={Status.DRAFT: "is a draft", Status.LAPSED: "has lapsed"},
)

# Statuses in which the authority has handed its application in and it counts.
HANDED_IN = (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE, Status.CLOSED)
# Statuses in which what a certifier signed must still be what it says.
SIGNED = (Status.CERTIFIED, *HANDED_IN)
# Statuses in which an application stands in the way of another for the same authority, outcome and category.
STANDING = (Status.DRAFT, Status.CERTIFIED, *HANDED_IN)
