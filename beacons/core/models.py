"""The house's own tables: what happened, what must leave the house, and when the clock last beat."""

from beacons.core import guards
from beacons.core.heartbeat import Heartbeat
from beacons.core.letters import Letter
from beacons.core.steps import Step, StepWords

__all__ = ["Heartbeat", "Letter", "Step", "StepWords"]

guards.append_only(Step)
