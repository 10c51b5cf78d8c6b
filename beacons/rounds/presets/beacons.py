"""The refreshed Beacons scheme: one phase, one to six outcomes, never longer than a year."""

from beacons.rounds.presets.shape import (
    ActivityPreset,
    CriterionPreset,
    GrantPreset,
    InstalmentPreset,
    Preset,
    QuestionPreset,
    ReturnPreset,
)
from beacons.rounds.timeline import Leg

# 355 days, which leaves ten of float in a year.
STAGES = (
    Leg("sign_up", "Cohort signs up", 21),
    Leg("criteria", "Criteria from the issues", 14),
    Leg("applications", "Applications", 28),
    Leg("check", "Check", 7),
    Leg("scoring", "Scoring", 21),
    Leg("shortlist", "Shortlist", 7),
    Leg("verify", "Verify", 21),
    Leg("decision", "Decision", 7),
    Leg("agreement", "Agreement", 14),
    Leg("develop", "Develop the practice", 56),
    Leg("spread", "Spread and support", 130),
    Leg("close", "Close", 29),
)

CRITERIA = (
    CriterionPreset(
        "outcomes",
        "Outcomes",
        25,
        "Measured improvement on the outcome, shown with figures.",
        (
            "No figures, or figures about something else.",
            "Figures of activity only; no change for people is shown.",
            "Some change for people, over a short time or for a few, with no comparison.",
            "A clear change over two years or more, better than similar councils on at least one measure.",
            "A large change that has lasted, better than similar councils, with other causes looked at.",
            "A large and lasting change that others have checked, also for those who had the worst outcomes.",
        ),
        least=3,
    ),
    CriterionPreset(
        "issues",
        "Answers the cohort's issues",
        15,
        "What the councils signed up to this outcome said is hard, and whether this helps them with it.",
        (
            "No issue of the cohort is named.",
            "An issue is named, but the practice does not bear upon it.",
            "One issue is answered in part.",
            "One issue is answered well, and it is clear for which councils.",
            "Several issues are answered, with examples of how.",
            "The hardest issues of the cohort are answered, and members of it say so.",
        ),
    ),
    CriterionPreset(
        "innovation",
        "Innovation",
        15,
        "What is new here, or the best form yet of something known.",
        (
            "Nothing sets it apart from what most councils do.",
            "A small change to common practice.",
            "New for this council, known elsewhere.",
            "New for councils of this kind, or a clear next step of something known.",
            "New for local government, and tried for long enough to know what it does.",
            "A different way of working that has changed what others think possible.",
        ),
    ),
    CriterionPreset(
        "transfer",
        "Can be transferred",
        15,
        "What others need to do the same: people, money, time and conditions; what would not work elsewhere.",
        (
            "It hangs on this place or on one person.",
            "Said to be transferable, without reasons.",
            "What others need is named in part; cost or conditions are missing.",
            "People, money, time and conditions are named well enough to plan with.",
            "Described step by step, with its limits, and at least one other council has begun.",
            "Working in other councils of more than one kind, with what they changed.",
        ),
        least=3,
    ),
    CriterionPreset(
        "sharing",
        "Plan to share and to help",
        10,
        "How the holder will pass it on within the year, and support the councils that find the outcome hardest.",
        (
            "No plan.",
            "A promise to share, without dates or numbers.",
            "Events are planned; direct help to other councils is not.",
            "Events and direct help, with dates and numbers that the team can carry.",
            "As for 3, fitted to who needs help most, with named people and their time set aside.",
            "As for 4, by a team that has helped other councils before and shows what came of it.",
        ),
    ),
    CriterionPreset(
        "partnership",
        "Partnership and engagement",
        10,
        "Who did it together, and how residents shaped it.",
        (
            "The council alone; nobody was asked.",
            "Partners are named, without a part in it.",
            "Partners took part, or residents were consulted, once.",
            "Partners share the work, and residents changed something in it.",
            "Partners share the work and the money, and residents shape it all the time.",
            "Led with partners and residents as equals, and it would go on without the council.",
        ),
    ),
    CriterionPreset(
        "value",
        "Value for money",
        5,
        "What it costs and what it saves, also for others.",
        (
            "Cost is not known.",
            "Cost is guessed.",
            "Cost is known; what it brings is not set against it.",
            "Cost is set against what it brings.",
            "It brings more than it costs, shown with figures that can be checked.",
            "As for 4, and the saving is already in a budget.",
        ),
    ),
    CriterionPreset(
        "leadership",
        "Leadership and equality",
        5,
        "Who leads it, officers and members, and whether it reaches those who fare worst.",
        (
            "Nobody answers for it.",
            "An officer leads it alone.",
            "Officers lead it with support from members; who is reached is not known.",
            "Officers and members lead it, and who is reached is measured.",
            "As for 3, and gaps between groups are getting smaller.",
            "As for 4, and other places have been led to do the same.",
        ),
    ),
)

CHANGED, DONE, OTHERS, COST = (
    "What changed",
    "What you do",
    "What others can take from it",
    "Who did it, and what it took",
)

QUESTIONS = (
    QuestionPreset(
        CHANGED,
        "What has changed for people, and which figures show it?",
        "outcomes",
        300,
        "Your council’s headline report has the official figures; add those that only you have, with their source.",
    ),
    QuestionPreset(
        CHANGED,
        "How do you know that your work made the change?",
        "outcomes",
        150,
        "What else happened at the same time, and what happened in places like yours?",
    ),
    QuestionPreset(
        DONE,
        "What do you do that most councils do not?",
        "innovation",
        250,
        "Describe it so that a colleague in another council could picture a day of it.",
    ),
    QuestionPreset(
        DONE,
        "Which of the cohort's issues does it answer, and how?",
        "issues",
        250,
        "The issues are on the page of the outcome.",
    ),
    QuestionPreset(
        OTHERS,
        "What would another council need to do the same?",
        "transfer",
        250,
        "People, money, time, and the conditions without which it would not work.",
    ),
    QuestionPreset(
        OTHERS,
        "What did not work, and what would you do differently?",
        "transfer",
        150,
        "Failures count for you, not against you: they save others time.",
    ),
    QuestionPreset(
        OTHERS,
        "How will you share it, and help the councils that find this outcome hardest?",
        "sharing",
        250,
        "Say who will do it, when, and for how many councils. At least 40% of the grant goes into this.",
    ),
    QuestionPreset(COST, "Who did it with you, and what did residents change in it?", "partnership", 150),
    QuestionPreset(
        COST,
        "What did it cost, and what did it save?",
        "value",
        150,
        "Each year, and to begin with. Say who saved: your council, a partner, or residents.",
    ),
    QuestionPreset(COST, "Who leads it, and how does it reach those who fare worst?", "leadership", 100),
)

GRANT = GrantPreset(
    usual=100_000,
    least=40_000,
    most=250_000,
    shared_least=40,
    instalments=(InstalmentPreset(40), InstalmentPreset(40, "middle"), InstalmentPreset(20, "closing")),
    # The mid-point report falls on day 266, the closing one when spreading ends.
    returns=(ReturnPreset("middle", "spread", 54), ReturnPreset("closing", "spread", 100)),
    days_to_accept=7,
    reserve_days=120,
    authorities=12,
    struggling=3,
)

ACTIVITIES = (
    ActivityPreset("open_day", 2, "authorities attending"),
    ActivityPreset("visit", 6, "visits"),
    ActivityPreset("mentoring", 3, "pairs, hours, pairs still going"),
    ActivityPreset("secondment", 1, "days"),
    ActivityPreset("workshop", 1, "people, authorities"),
    ActivityPreset("exchange", 1, "people, authorities"),
    ActivityPreset("toolkit", 1, "downloads, reuse reported"),
    ActivityPreset("conference", 1, "people"),
)

BEACONS = Preset(
    key="beacons",
    name="Beacons",
    about="One phase on one to six outcomes; from sign-up to the end of dissemination within twelve months.",
    limit_months=12,
    most_outcomes=6,
    stages=STAGES,
    criteria=CRITERIA,
    questions=QUESTIONS,
    grant=GRANT,
    activities=ACTIVITIES,
    gates=("outcomes", "transfer"),
)
