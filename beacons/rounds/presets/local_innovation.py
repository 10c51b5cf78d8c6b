"""Local Innovation Awards: open to every authority, in four categories; the shortlisted speak before a peer panel."""

from dataclasses import replace

from beacons.rounds.asking import CHOICE, CHOICES, SHORT, STATEMENT, TABLE
from beacons.rounds.presets.beacons import CRITERIA as OF_BEACONS
from beacons.rounds.presets.shape import (
    ANY,
    ActivityPreset,
    CategoryPreset,
    CriterionPreset,
    GrantPreset,
    Preset,
    QuestionPreset,
    StageWords,
)
from beacons.rounds.timeline import Leg

# Three weeks to apply and some twenty from the call to the awards, as in 2009-10; 353 days in all.
STAGES = (
    Leg("applications", "Applications", 21),
    Leg("check", "Check", 7),
    Leg("scoring", "Scoring", 28),
    Leg("shortlist", "Shortlist", 14),
    Leg("verify", "Peer panel", 28),
    Leg("decision", "Decision", 14),
    Leg("agreement", "Agreement", 14),
    Leg("develop", "Prepare the learning programme", 42),
    Leg("spread", "Learning programme", 157),
    Leg("close", "Close", 28),
)

WORDS = {
    "verify": StageWords(
        "Finalists speak before the peer panel",
        "The peer panel ends",
        "Each finalist presents its work to members and officers of other councils and answers their questions.",
    ),
    "develop": StageWords(
        "Winners are preparing their learning programmes",
        "Preparation ends",
        "Winners write down what they do, and plan with others what those want to learn.",
    ),
    "spread": StageWords(
        "Winners are passing on what they know",
        "The learning programme ends",
        "Visits, workshops, secondments and help on the spot for every council that asks.",
    ),
}

CATEGORIES = (
    CategoryPreset(
        "More through partnership",
        "Councils and others who did together what none of them could do alone.",
    ),
    CategoryPreset(
        "Generations together",
        "Work that brings young and old people of a place into each other’s lives.",
    ),
    CategoryPreset(
        "More for the same money",
        "Partners who made a service better, or cheaper, or both, by sharing what they have.",
    ),
    CategoryPreset(
        "Bright ideas",
        "A development award for something tried in a small way that deserves to be tried properly.",
    ),
)

BY_KEY = {criterion.key: criterion for criterion in OF_BEACONS}

CRITERIA = (
    CriterionPreset(
        "outcomes",
        "The difference made",
        25,
        "What has changed for people, shown with figures; for a bright idea, what the trial showed.",
        BY_KEY["outcomes"].anchors,
        least=3,
    ),
    CriterionPreset(
        "innovation",
        "A leap, not a step",
        25,
        "An idea that is radically different, or practice that leads the field.",
        BY_KEY["innovation"].anchors,
        least=3,
    ),
    CriterionPreset(
        "partnership",
        "Real collaboration",
        20,
        "Partners who share work, money and credit; front-line people and residents who shaped it.",
        BY_KEY["partnership"].anchors,
    ),
    replace(BY_KEY["transfer"], name="Can be passed on", least=0),
    replace(BY_KEY["sharing"], name="The learning programme"),
    BY_KEY["value"],
)

WORK, TOGETHER, OTHERS = "Your work", "Who does it", "What others can learn"

QUESTIONS = (
    QuestionPreset(
        "different",
        WORK,
        "What do you do, and what is radically different about it?",
        "innovation",
        300,
        "Describe it so that a colleague in another council could picture a day of it.",
    ),
    QuestionPreset(
        "changed",
        WORK,
        "What has it changed for people?",
        "outcomes",
        250,
        "For a bright idea: what the trial showed, and what you expect.",
    ),
    QuestionPreset(
        "figures",
        WORK,
        "Which figures show it?",
        "outcomes",
        hint="One measure in each row, with where it comes from.",
        kind=TABLE,
        columns=("What is measured", "Before", "Now"),
        most_rows=6,
    ),
    QuestionPreset(
        "whose-idea",
        TOGETHER,
        "Where did the idea come from?",
        "partnership",
        kind=CHOICES,
        options=(
            "Residents or service users",
            "Front-line staff",
            "Councillors",
            "Managers",
            "A partner body",
        ),
    ),
    QuestionPreset(
        "partners",
        TOGETHER,
        "Who shares the work, and how is it shared?",
        "partnership",
        200,
    ),
    QuestionPreset(
        "needs",
        OTHERS,
        "What would another council need to do the same?",
        "transfer",
        200,
        "People, money, time, and the conditions without which it would not work.",
    ),
    QuestionPreset(
        "elsewhere",
        OTHERS,
        "Has another council begun to do the same?",
        "transfer",
        kind=CHOICE,
        options=("Yes", "No"),
    ),
    QuestionPreset(
        "elsewhere-who",
        OTHERS,
        "Which council is it?",
        "transfer",
        20,
        kind=SHORT,
        shown_if="elsewhere",
        shown_if_answer="Yes",
    ),
    QuestionPreset(
        "sharing",
        OTHERS,
        "What would your learning programme offer, to whom and when?",
        "sharing",
        200,
        "Visits, workshops, secondments, help on the spot. At least 40% of the grant goes into this.",
    ),
    QuestionPreset(
        "cost",
        OTHERS,
        "What did it cost and save in each year?",
        "value",
        hint="Whole pounds; write 0 where nothing was spent or saved.",
        kind=TABLE,
        columns=("Year", "Cost (£)", "Saving (£)"),
        most_rows=5,
    ),
    QuestionPreset(
        "promise",
        OTHERS,
        "If we win, we share what we learned, support others in person, and pass knowledge on in good time",
        kind=STATEMENT,
    ),
)

GRANT = GrantPreset(
    usual=200_000,
    least=25_000,
    most=500_000,
    shared_least=40,
    reserve_days=120,
)

ACTIVITIES = (
    ActivityPreset("open_day", 1, "authorities attending"),
    ActivityPreset("visit", 6, "visits"),
    ActivityPreset("secondment", 1, "days"),
    ActivityPreset("workshop", 3, "people, authorities"),
    ActivityPreset("toolkit", 1, "downloads, reuse reported"),
    ActivityPreset("conference", 1, "people"),
)

LOCAL_INNOVATION = Preset(
    key="local_innovation",
    name="Local Innovation Awards",
    about="Open to every authority, in four categories; finalists speak before a peer panel; within twelve months.",
    limit_months=12,
    most_outcomes=12,
    stages=STAGES,
    criteria=CRITERIA,
    questions=QUESTIONS,
    grant=GRANT,
    activities=ACTIVITIES,
    open_to=ANY,
    gates=("outcomes", "innovation"),
    categories=CATEGORIES,
    words_of_stages=WORDS,
)
