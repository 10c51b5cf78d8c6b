"""A bid: what it says, and who takes part."""

from beacons.applications.models.answers import Answer, AnswerVersion
from beacons.applications.models.applications import Application
from beacons.applications.models.partners import Partner

__all__ = ["Answer", "AnswerVersion", "Application", "Partner"]
