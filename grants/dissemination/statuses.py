"""The ways of an activity, a practice and an adoption."""

from django.db import models

from beacons.core.lifecycle import Lifecycle


class ActivityStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


ACTIVITY = Lifecycle(
    "activity",
    ActivityStatus.PLANNED,
    ("hold", [ActivityStatus.PLANNED], ActivityStatus.HELD, "be held"),
    ("cancel", [ActivityStatus.PLANNED], ActivityStatus.CANCELLED, "be cancelled"),
)


class PracticeStatus(models.TextChoices):
    DRAFTED = "drafted", "Drafted"
    DEVELOPED = "developed", "Developed"
    REVIEWED = "reviewed", "Reviewed"
    PUBLISHED = "published", "Published"
    DUE_FOR_REVIEW = "due_for_review", "Due for review"
    RETIRED = "retired", "Retired"


PRACTICE = Lifecycle(
    "practice",
    PracticeStatus.DRAFTED,
    ("develop", [PracticeStatus.DRAFTED], PracticeStatus.DEVELOPED, "be handed in for review"),
    (
        "return_to_author",
        [PracticeStatus.DEVELOPED, PracticeStatus.REVIEWED],
        PracticeStatus.DRAFTED,
        "be sent back to its author",
    ),
    ("review", [PracticeStatus.DEVELOPED], PracticeStatus.REVIEWED, "be reviewed"),
    ("publish", [PracticeStatus.REVIEWED], PracticeStatus.PUBLISHED, "be published"),
    ("fall_due", [PracticeStatus.PUBLISHED], PracticeStatus.DUE_FOR_REVIEW, "fall due for review"),
    ("renew", [PracticeStatus.DUE_FOR_REVIEW], PracticeStatus.PUBLISHED, "be renewed"),
    (
        "retire",
        [PracticeStatus.PUBLISHED, PracticeStatus.DUE_FOR_REVIEW],
        PracticeStatus.RETIRED,
        "be retired",
    ),
    back=("return_to_author", "renew"),
)

# A practice in one of these is in the public library.
IN_LIBRARY = (PracticeStatus.PUBLISHED, PracticeStatus.DUE_FOR_REVIEW)
# One in these waits for somebody in the office.
FOR_THE_OFFICE = (PracticeStatus.DEVELOPED, PracticeStatus.REVIEWED, PracticeStatus.DUE_FOR_REVIEW)


class AdoptionStatus(models.TextChoices):
    CONSIDERING = "considering", "Considering"
    PLANNED = "planned", "Planned"
    CHANGED = "changed", "Changed"
    MOVED = "moved", "Figures moved"
    GIVEN_UP = "given_up", "Given up"


ADOPTION = Lifecycle(
    "adoption",
    AdoptionStatus.CONSIDERING,
    ("plan", [AdoptionStatus.CONSIDERING], AdoptionStatus.PLANNED, "be planned"),
    (
        "change",
        [AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED],
        AdoptionStatus.CHANGED,
        "be recorded as a change",
    ),
    ("move_figures", [AdoptionStatus.CHANGED], AdoptionStatus.MOVED, "be recorded as having moved figures"),
    (
        "give_up",
        [AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED, AdoptionStatus.CHANGED],
        AdoptionStatus.GIVEN_UP,
        "be given up",
    ),
    said={
        AdoptionStatus.CONSIDERING: "is being considered",
        AdoptionStatus.CHANGED: "has changed something",
        AdoptionStatus.MOVED: "has moved figures",
    },
)

# An adoption in one of these changed something, which is public.
CHANGES_MADE = (AdoptionStatus.CHANGED, AdoptionStatus.MOVED)
# One in these has come to its end; nobody is asked about it again.
ENDED = (AdoptionStatus.MOVED, AdoptionStatus.GIVEN_UP)
