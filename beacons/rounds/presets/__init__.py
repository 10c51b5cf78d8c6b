"""The kinds of round that can be set up. They are data: a round copies what it needs and may then differ."""

from beacons.rounds.presets import creative_councils
from beacons.rounds.presets.beacons import BEACONS
from beacons.rounds.presets.future_councils import FUTURE_COUNCILS
from beacons.rounds.presets.local_innovation import LOCAL_INNOVATION
from beacons.rounds.presets.next_generation import NEXT_GENERATION
from beacons.rounds.presets.shape import ANY, COHORT, COUNCILLORS, FIRST_PHASE, Preset

PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        BEACONS,
        LOCAL_INNOVATION,
        creative_councils.FIRST,
        creative_councils.SECOND,
        FUTURE_COUNCILS,
        NEXT_GENERATION,
    )
}

__all__ = ["ANY", "COHORT", "COUNCILLORS", "FIRST_PHASE", "PRESETS", "Preset"]
