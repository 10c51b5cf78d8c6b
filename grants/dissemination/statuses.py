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
    ("hold", [ActivityStatus.PLANNED], ActivityStatus.HELD),
    ("cancel", [ActivityStatus.PLANNED], ActivityStatus.CANCELLED),
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
    ("develop", [PracticeStatus.DRAFTED], PracticeStatus.DEVELOPED),
    ("return_to_author", [PracticeStatus.DEVELOPED, PracticeStatus.REVIEWED], PracticeStatus.DRAFTED),
    ("review", [PracticeStatus.DEVELOPED], PracticeStatus.REVIEWED),
    ("publish", [PracticeStatus.REVIEWED], PracticeStatus.PUBLISHED),
    ("fall_due", [PracticeStatus.PUBLISHED], PracticeStatus.DUE_FOR_REVIEW),
    ("renew", [PracticeStatus.DUE_FOR_REVIEW], PracticeStatus.PUBLISHED),
    ("retire", [PracticeStatus.PUBLISHED, PracticeStatus.DUE_FOR_REVIEW], PracticeStatus.RETIRED),
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
    ("plan", [AdoptionStatus.CONSIDERING], AdoptionStatus.PLANNED),
    ("change", [AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED], AdoptionStatus.CHANGED),
    ("move_figures", [AdoptionStatus.CHANGED], AdoptionStatus.MOVED),
    (
        "give_up",
        [AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED, AdoptionStatus.CHANGED],
        AdoptionStatus.GIVEN_UP,
    ),
)

# An adoption in one of these changed something, which is public.
CHANGES_MADE = (AdoptionStatus.CHANGED, AdoptionStatus.MOVED)
# One in these has come to its end; nobody is asked about it again.
ENDED = (AdoptionStatus.MOVED, AdoptionStatus.GIVEN_UP)
