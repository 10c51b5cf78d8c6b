"""Next Generation: councillors apply for themselves, by political group; their group's leader stands behind them.

A place is a year of learning beside other members of the same group, with a small grant to their council for what it
costs. What they learn they pass on to members who could not take part.
"""

from beacons.rounds.asking import CHOICE, CHOICES, NUMBER, STATEMENT
from beacons.rounds.presets.shape import (
    COUNCILLORS,
    ActivityPreset,
    CategoryPreset,
    CriterionPreset,
    GrantPreset,
    Preset,
    QuestionPreset,
    StageWords,
)
from beacons.rounds.timeline import Leg

# 336 days.
STAGES = (
    Leg("applications", "Applications", 35),
    Leg("check", "Check", 7),
    Leg("scoring", "Scoring", 21),
    Leg("shortlist", "Shortlist", 7),
    Leg("verify", "Conversations", 14),
    Leg("decision", "Decision", 7),
    Leg("agreement", "Places are taken up", 14),
    Leg("develop", "The year of learning", 140),
    Leg("spread", "Passing it on", 70),
    Leg("close", "Close", 21),
)

WORDS = {
    "applications": StageWords(
        "Councillors are applying",
        "Applications close",
        "Councillors apply for themselves, and the leader of their group on the council stands behind them.",
    ),
    "check": StageWords(
        "Applications are being checked",
        "The check ends",
        "Staff check that everybody is a councillor of the group they apply for.",
    ),
    "verify": StageWords(
        "The panel is talking with those shortlisted",
        "Conversations end",
        "One conversation with each, by telephone or in person.",
    ),
    "agreement": StageWords(
        "Places are being taken up",
        "Places must be taken up",
        "Those chosen accept their place, and their council the small grant that goes with it.",
    ),
    "develop": StageWords(
        "The year of learning is under way",
        "The weekends of learning end",
        "Members learn together, and try in their own ward what they learn.",
    ),
    "spread": StageWords(
        "Members are passing on what they learned",
        "Passing it on ends",
        "Each passes on what was learned to members of other councils.",
    ),
}

# The groups of the Local Government Association.
CATEGORIES = (
    CategoryPreset("Conservative", "For members of the Conservative group."),
    CategoryPreset(
        "Independent", "For members of the Independent group, and of smaller parties that sit with it."
    ),
    CategoryPreset("Labour", "For members of the Labour group."),
    CategoryPreset("Liberal Democrat", "For members of the Liberal Democrat group."),
)

CRITERIA = (
    CriterionPreset(
        "outcomes",
        "What changed in the ward",
        35,
        "A difference that the councillor has made for residents, told so that one believes it.",
        (
            "Nothing is told.",
            "Meetings that were attended.",
            "Something that was asked for, and not yet done.",
            "Something that residents can see, with the councillor’s part in it.",
            "As for 3, against resistance, or for people whom nobody had listened to.",
            "As for 4, and others have begun to do the same.",
        ),
        least=3,
    ),
    CriterionPreset(
        "leadership",
        "What they want to lead",
        30,
        "A purpose of their own, and what they know they still have to learn for it.",
        (
            "No purpose is named.",
            "An office is wanted, and not said what for.",
            "A purpose that everybody shares.",
            "A purpose of their own, tied to the outcome they name.",
            "As for 3, and they know what they cannot do yet.",
            "As for 4, and they have begun.",
        ),
        least=3,
    ),
    CriterionPreset(
        "partnership",
        "With others",
        15,
        "How they work with residents, officers and members of other groups.",
        (
            "Alone.",
            "With their own side.",
            "With officers, when there is a complaint.",
            "With residents and officers, all the time.",
            "As for 3, and with members of other groups where it serves residents.",
            "As for 4, and those others say so.",
        ),
    ),
    CriterionPreset(
        "sharing",
        "What they will pass on",
        20,
        "How other councillors will have something of it.",
        (
            "Nothing is said.",
            "A report to the group.",
            "A talk to the council’s own members.",
            "Something planned with members of another council.",
            "As for 3, for members who are seldom reached.",
            "As for 4, and they have done it before.",
        ),
    ),
)

YOU, PURPOSE, SHARE = "You and your ward", "What you want to lead", "What you will pass on"

QUESTIONS = (
    QuestionPreset(
        "years",
        YOU,
        "How many years have you been a councillor?",
        kind=NUMBER,
        unit="years",
        lowest=0,
        highest=60,
    ),
    QuestionPreset(
        "posts",
        YOU,
        "Which of these have you held?",
        required=False,
        kind=CHOICES,
        options=(
            "Cabinet or executive member",
            "Chair of scrutiny",
            "Chair of another committee",
            "Group officer",
        ),
    ),
    QuestionPreset(
        "changed",
        YOU,
        "Tell us of one thing that you changed for residents",
        "outcomes",
        250,
        "What was so before, what you did, and what residents see now.",
    ),
    QuestionPreset(
        "others",
        YOU,
        "Who did it with you, and who was against it?",
        "partnership",
        120,
    ),
    QuestionPreset(
        "purpose",
        PURPOSE,
        "What would you want to be different about this outcome in five years, and what is your part in it?",
        "leadership",
        250,
    ),
    QuestionPreset(
        "learn",
        PURPOSE,
        "What do you have to learn for it?",
        "leadership",
        120,
        "What you cannot do yet counts for you: it is what the year is for.",
    ),
    QuestionPreset(
        "pass-on",
        SHARE,
        "Whom will you pass it on to, and how?",
        "sharing",
        150,
    ),
    QuestionPreset(
        "weekends",
        SHARE,
        "Can you be there on three weekends?",
        kind=CHOICE,
        options=("Yes", "Yes, with help for somebody I care for", "Not sure yet"),
    ),
    QuestionPreset(
        "care",
        SHARE,
        "What help would you need?",
        words=60,
        hint="It does not count for or against you.",
        required=False,
        shown_if="weekends",
        shown_if_answer="Yes, with help for somebody I care for",
    ),
    QuestionPreset(
        "promise",
        SHARE,
        "I shall pass on what I learn to members who could not take part",
        kind=STATEMENT,
    ),
)

NEXT_GENERATION = Preset(
    key="next_generation",
    name="Next Generation",
    about="Councillors apply for themselves, by political group; their group’s leader stands behind them.",
    limit_months=12,
    most_outcomes=12,
    stages=STAGES,
    criteria=CRITERIA,
    questions=QUESTIONS,
    grant=GrantPreset(
        usual=2_000,
        least=500,
        most=3_000,
        shared_least=0,
        reserve_days=28,
        authorities=1,
        struggling=0,
        # Too small to be paid in parts: all at once, and one report at the end.
        on_signature=100,
        after_middle=0,
        middle_at=None,
    ),
    activities=(ActivityPreset("workshop", 1, "people, authorities"),),
    open_to=COUNCILLORS,
    gates=("outcomes", "leadership"),
    categories=CATEGORIES,
    statements=(
        "I have read the whole application, and to the best of my knowledge it is true.",
        "If a place is given, the group will leave the councillor the time for it that the application says.",
    ),
    words_of_stages=WORDS,
)
