"""The house's own tables: what happened, what must leave the house, when the clock last beat and what it could not do."""

from beacons.core import guards
from beacons.core.heartbeat import Heartbeat
from beacons.core.letters import Letter
from beacons.core.steps import Step, StepWords
from beacons.core.sweeps import Failure

__all__ = ["Failure", "Heartbeat", "Letter", "Step", "StepWords"]

guards.append_only(Step)
