"""How long a form takes whoever fills it in, in words: plain Python.

Every form that a council fills in says it (`{% takes minutes %}`), since the scheme promises to cost little.
"""

SHORTEST = 5


def about(minutes: int) -> str:
    """'about 2 minutes', 'about 25 minutes', 'about 4 hours': never more exact than anybody can know."""
    if minutes < SHORTEST:
        return f"about {minutes} minute{'' if minutes == 1 else 's'}"
    if minutes < 50:
        return f"about {-(-minutes // 5) * 5} minutes"
    hours = max(1, round(minutes / 60))
    return f"about {hours} hour{'' if hours == 1 else 's'}"
