"""What is known of the scheme that this one replaces, each figure with its source: plain Python.

Nothing here is reckoned up from anything else but where it says so. Where no figure was found it says “not known”.
"""

from dataclasses import dataclass

NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Known:
    """A fact about the old scheme, in words, and where it stands."""

    words: str
    source: str = ""


HOURS_OF_AN_APPLICATION = Known(NOT_KNOWN, "No figure for what an application cost a council was found.")
HOURS_OF_AN_ASSESSMENT = Known(NOT_KNOWN)
COST_OF_REACHING = Known(NOT_KNOWN)
YEARS = Known(
    "Three years from the selection to the end of dissemination",
    "The paper that proposed the refreshed scheme, 2008",
)
DAYS_TO_APPLY = Known("70 days", "Round 5, 2 July to 10 September 2003 (written statement of 1 July 2003)")
DAYS_TO_AWARD = Known(
    "About 290 days", "Round 5, from its launch to the awards of April 2004; worked out from its dates"
)
APPLICATIONS = Known("218", "Round 5 (publicnet.co.uk, 11 November 2003)")
PANEL = Known(
    "About £167,000 a year", "The panel’s direct cost in 2008-09 (Hansard, answer of 4 November 2008)"
)
GRANTS = Known(
    "£3m for 61 awards, about £49,000 each", "Round 7, 2006 (careappointments.com); the mean is worked out"
)
