"""What the scheme is about: indicators and their figures, outcomes, who signed up, what is hard about them."""

from outcomes.models.agreement_imports import AgreementImport
from outcomes.models.figure_imports import FigureImport
from outcomes.models.flags import Flag
from outcomes.models.indicators import HeadlineMeasure, Indicator, IndicatorValue, SupersededValue
from outcomes.models.issues import Issue, IssueSupport
from outcomes.models.outcomes import Outcome, RegionObjective
from outcomes.models.reports import HeadlineReport, LocalPriority
from outcomes.models.sign_ups import FormerTerms, SignUp

__all__ = [
    "AgreementImport",
    "FigureImport",
    "Flag",
    "FormerTerms",
    "HeadlineMeasure",
    "HeadlineReport",
    "Indicator",
    "IndicatorValue",
    "Issue",
    "IssueSupport",
    "LocalPriority",
    "Outcome",
    "RegionObjective",
    "SignUp",
    "SupersededValue",
]
