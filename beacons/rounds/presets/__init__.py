"""The kinds of round that can be set up. They are data: a round copies what it needs and may then differ."""

from beacons.rounds.presets.beacons import BEACONS
from beacons.rounds.presets.shape import Preset

PRESETS: dict[str, Preset] = {preset.key: preset for preset in (BEACONS,)}

__all__ = ["PRESETS", "Preset"]
