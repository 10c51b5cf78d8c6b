"""Figures as people say them. Plain Python."""

from beacons.core.charts import figure

NOT_TO_LOWER = ("GCSE", "NI ", "A-level")


def places(value: float, unit: str) -> int:
    """As many decimals as somebody would read aloud."""
    if abs(value) >= 100:
        return 0
    if unit == "%":
        return 1 if abs(value) >= 1 else 2
    return 2 if abs(value) < 10 or unit == "£" else 1


def spoken(value: float | None, unit: str) -> str:
    """41.2%, £607, 5.28 times a year's pay."""
    if value is None:
        return "no figure"
    rounded = round(value, places(value, unit))
    if unit == "£" and abs(value) < 100:
        return f"{'-' if rounded < 0 else ''}£{abs(rounded):.2f}"
    return figure(rounded, unit)


def agreed(value: float, unit: str) -> str:
    """A target as it was agreed, to the second decimal."""
    return figure(round(value, 2), unit)


def gap(difference: float, unit: str) -> str:
    """The distance of two figures; that of two shares is in percentage points."""
    if unit == "%":
        said = figure(round(difference, places(difference, unit)))
        return f"{said} percentage point{'' if said == '1' else 's'}"
    return spoken(difference, unit)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def small_first(words: str) -> str:
    """A title in the middle of a sentence; GCSEs stay as they are."""
    if not words or words.startswith(NOT_TO_LOWER) or words[:2].isupper():
        return words
    return words[0].lower() + words[1:]


def listed(names: list[str]) -> str:
    """One, two and three."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def parted(value: float, unit: str) -> tuple[str, str]:
    """A figure for large letters, and the unit that goes beside it in small ones: "9.61" and "times a year's pay"."""
    whole = spoken(value, unit)
    if unit in {"%", "£"} or not whole.endswith(unit):
        return whole, ""
    return whole.removesuffix(unit).rstrip(), unit
