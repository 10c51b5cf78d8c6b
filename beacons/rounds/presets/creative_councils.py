"""Creative Councils: many small development awards for ideas, then few large ones for those who tried theirs.

Each phase is a round. The second follows the first, is open only to those awarded there, and both together keep to
eighteen months from the first phase's day 0: history took about that long.
"""

from beacons.rounds.asking import CHOICE, CHOICES, DATE, NUMBER, STATEMENT, TABLE
from beacons.rounds.presets.beacons import CRITERIA as OF_BEACONS
from beacons.rounds.presets.shape import (
    ANY,
    FIRST_PHASE,
    ActivityPreset,
    CriterionPreset,
    GrantPreset,
    Preset,
    QuestionPreset,
    StageWords,
)
from beacons.rounds.timeline import Leg

BY_KEY = {criterion.key: criterion for criterion in OF_BEACONS}

# The first phase: 245 days, of which the months of trying are the longest part.
FIRST_STAGES = (
    Leg("applications", "Call for ideas", 28),
    Leg("check", "Check", 7),
    Leg("scoring", "Scoring", 21),
    Leg("shortlist", "Shortlist", 7),
    Leg("verify", "Conversations", 14),
    Leg("decision", "Development awards", 7),
    Leg("agreement", "Agreement", 14),
    Leg("develop", "Try it out", 91),
    Leg("spread", "Show what was tried", 35),
    Leg("close", "Close", 21),
)

FIRST_WORDS = {
    "applications": StageWords(
        "The call for ideas is open",
        "The call closes",
        "Any authority puts an idea forward on a short form.",
    ),
    "verify": StageWords(
        "The panel is talking with those shortlisted",
        "Conversations end",
        "Assessors hear from the people who would do it, by one visit or call.",
    ),
    "develop": StageWords(
        "Ideas are being tried out",
        "The months of trying end",
        "Holders of development awards build, test and change their idea with the people concerned.",
    ),
    "spread": StageWords(
        "Holders are showing what they tried",
        "Showing ends",
        "What was tried is shown to other councils, also where it did not work.",
    ),
}

FIRST_CRITERIA = (
    CriterionPreset(
        "innovation",
        "A new answer",
        30,
        "Whether anybody has tried this before, and why it might work where other things did not.",
        (
            "What most councils do already.",
            "A known answer with a new name.",
            "New for this council, known elsewhere.",
            "A new mix of known things, with a reason why it should work.",
            "Not tried by any council, and thought through.",
            "It would change what others think a council can do.",
        ),
        least=3,
    ),
    CriterionPreset(
        "outcomes",
        "The difference it could make",
        25,
        "How much the problem matters, to whom, and how one would see that it got better.",
        (
            "No problem is named.",
            "A problem of the council, not of people.",
            "A problem of people, without its size.",
            "A problem of people with its size, and a way to see that it gets better.",
            "As for 3, with what it costs people and services today.",
            "As for 4, and a trial or a close example already points the right way.",
        ),
        least=3,
    ),
    CriterionPreset(
        "partnership",
        "With whom",
        20,
        "Who would build it, and how the people concerned shape it from the first day.",
        (
            "The council alone.",
            "Partners are named, without having been asked.",
            "Partners have agreed to be kept informed.",
            "Partners have agreed to their part, and residents will be asked.",
            "Partners and residents have helped to shape the idea.",
            "Residents or partners lead it, and the council makes room for them.",
        ),
    ),
    CriterionPreset(
        "leadership",
        "The will to see it through",
        15,
        "Who leads, with how much of their time, and which rules they may bend.",
        (
            "Nobody answers for it.",
            "An officer, beside everything else.",
            "An officer with time set aside.",
            "An officer with time set aside, and a member who stands for it.",
            "As for 3, and what they stop doing instead is named.",
            "As for 4, and the council has shown before that it lets such things grow.",
        ),
    ),
    CriterionPreset(
        "transfer",
        "Worth knowing elsewhere",
        10,
        "Who else has this problem and would learn from what comes of it, also if it fails.",
        (
            "A problem of this place alone.",
            "Others may have it; nobody looked.",
            "Others have it.",
            "Others have it, and it is said what they would learn.",
            "Named councils wait to hear.",
            "Named councils take part in the trial.",
        ),
    ),
)

# What both phases ask alike, so that it is written once: the second phase finds the answers of the first.
PROBLEM, IDEA, PEOPLE, OTHERS, LEARNED = (
    "The problem",
    "The idea",
    "The people",
    "What others can learn",
    "What you learned",
)

NEED = QuestionPreset(
    "need",
    PROBLEM,
    "What is the problem, and whose is it?",
    "outcomes",
    200,
    "In the words of the people who have it, if you can.",
)
SIZE = QuestionPreset(
    "size",
    PROBLEM,
    "How many people does it touch where you are?",
    "outcomes",
    hint="As near as you can say.",
    kind=NUMBER,
    unit="people",
    lowest=1,
)
THE_IDEA = QuestionPreset(
    "idea",
    IDEA,
    "What do you want to try?",
    "innovation",
    250,
    "So that somebody who has never heard of it can picture it.",
)
NEW = QuestionPreset(
    "new",
    IDEA,
    "What makes it different from what has been tried before?",
    "innovation",
    150,
)
WITH_WHOM = QuestionPreset(
    "with-whom",
    PEOPLE,
    "Who does it with you, and what do residents shape in it?",
    "partnership",
    150,
)
LEADS = QuestionPreset(
    "leads",
    PEOPLE,
    "Who leads it, and what will they stop doing to make time for it?",
    "leadership",
    100,
)
OPENLY = QuestionPreset(
    "openly",
    OTHERS,
    "We shall show what does not work as openly as what does",
    kind=STATEMENT,
)

FIRST_QUESTIONS = (
    NEED,
    SIZE,
    THE_IDEA,
    NEW,
    QuestionPreset(
        "how-far",
        IDEA,
        "How far has it come?",
        "innovation",
        kind=CHOICE,
        options=("An idea on paper", "Talked through with the people concerned", "Tried once in a small way"),
    ),
    QuestionPreset(
        "trial",
        IDEA,
        "What did the trial show?",
        "outcomes",
        100,
        shown_if="how-far",
        shown_if_answer="Tried once in a small way",
    ),
    WITH_WHOM,
    LEADS,
    QuestionPreset(
        "ready",
        PEOPLE,
        "From when could the team begin?",
        hint="Development awards are agreed some three months after the call opens.",
        kind=DATE,
    ),
    QuestionPreset(
        "help",
        PEOPLE,
        "What would help you most in the months of trying?",
        hint="It does not count for or against you; it tells us whom to ask to help.",
        required=False,
        kind=CHOICES,
        options=(
            "Somebody to think aloud with",
            "Design of services",
            "Finding out what works",
            "Legal advice",
            "Introductions to others who pay for new things",
        ),
    ),
    QuestionPreset(
        "elsewhere",
        OTHERS,
        "Which other councils would want to know what comes of it?",
        "transfer",
        80,
    ),
    OPENLY,
)

FIRST = Preset(
    key="creative_councils",
    name="Creative Councils",
    about="First phase: many small development awards for ideas, open to every authority. A second phase follows it.",
    limit_months=18,
    most_outcomes=12,
    stages=FIRST_STAGES,
    criteria=FIRST_CRITERIA,
    questions=FIRST_QUESTIONS,
    grant=GrantPreset(
        usual=10_000,
        least=5_000,
        most=20_000,
        shared_least=10,
        reserve_days=28,
        authorities=3,
        struggling=0,
        # A small award for trying something: most of it at once, and one report of what came of it.
        on_signature=80,
        after_middle=0,
        middle_at=None,
    ),
    activities=(
        ActivityPreset("workshop", 1, "people, authorities"),
        ActivityPreset("visit", 1, "visits"),
    ),
    open_to=ANY,
    gates=("innovation", "outcomes"),
    words_of_stages=FIRST_WORDS,
)

# The second phase: it begins when the months of trying end, and lasts 343 days.
SECOND_STAGES = (
    Leg("applications", "Applications", 28),
    Leg("check", "Check", 7),
    Leg("scoring", "Scoring", 14),
    Leg("shortlist", "Shortlist", 7),
    Leg("verify", "Visits", 14),
    Leg("decision", "Decision", 7),
    Leg("agreement", "Agreement", 14),
    Leg("develop", "Develop the practice", 98),
    Leg("spread", "Spread and support", 126),
    Leg("close", "Close", 28),
)

SECOND_WORDS = {
    "applications": StageWords(
        "Applications of the second phase are open",
        "Applications close",
        "Holders of a development award say what they learned, and what they would do with a large grant.",
    ),
    "develop": StageWords(
        "Holders are developing what they tried",
        "Development ends",
        "Holders make of their trial something that another council can take up, and write down what it takes.",
    ),
}

SECOND_CRITERIA = (
    CriterionPreset(
        "outcomes",
        "What the trial showed",
        25,
        "What changed for people in the months of trying, and what it is reasonable to expect now.",
        (
            "Nothing was tried.",
            "Something was tried, and nobody looked at what came of it.",
            "What came of it is told by those who did it.",
            "What came of it is shown with figures or by the people concerned.",
            "As for 3, also where it did not work, and the idea was changed for it.",
            "As for 4, and somebody from outside has looked at it.",
        ),
        least=3,
    ),
    BY_KEY["innovation"],
    BY_KEY["transfer"],
    CriterionPreset(
        "sharing",
        "Plan to share and to help",
        15,
        BY_KEY["sharing"].description,
        BY_KEY["sharing"].anchors,
    ),
    CriterionPreset(
        "partnership",
        "With whom",
        15,
        "Who builds it, and how the people concerned shape it.",
        BY_KEY["partnership"].anchors,
    ),
    CriterionPreset(
        "value",
        "Value for money",
        10,
        "What it costs, what it saves, and how it goes on when the grant has ended.",
        BY_KEY["value"].anchors,
    ),
    BY_KEY["leadership"],
)

SECOND_QUESTIONS = (
    NEED,
    SIZE,
    THE_IDEA,
    NEW,
    QuestionPreset(
        "learned",
        LEARNED,
        "What did you learn in the first phase, and what did you change because of it?",
        "outcomes",
        300,
        "What did not work counts for you.",
    ),
    QuestionPreset(
        "results",
        LEARNED,
        "Which figures show it?",
        "outcomes",
        hint="One measure in each row.",
        required=False,
        kind=TABLE,
        columns=("What was measured", "Before", "After"),
        most_rows=6,
    ),
    WITH_WHOM,
    LEADS,
    QuestionPreset(
        "needs",
        OTHERS,
        "What would another council need to do the same?",
        "transfer",
        200,
        "People, money, time, and the conditions without which it would not work.",
    ),
    QuestionPreset(
        "sharing",
        OTHERS,
        "How will you spread it, and help others take it up?",
        "sharing",
        200,
        "Say who will do it, when, and for how many councils. At least 40% of the grant goes into this.",
    ),
    OPENLY,
    QuestionPreset(
        "cost",
        "What it takes",
        "What will it cost and save in each year?",
        "value",
        hint="Whole pounds; write 0 where nothing is spent or saved.",
        kind=TABLE,
        columns=("Year", "Cost (£)", "Saving (£)"),
        most_rows=5,
    ),
    QuestionPreset(
        "after",
        "What it takes",
        "How will it be paid for when the grant has ended?",
        "value",
        100,
    ),
)

SECOND = Preset(
    key="creative_councils_second",
    name="Creative Councils, second phase",
    about="Few large grants, for those awarded in the first phase; both phases within eighteen months.",
    limit_months=18,
    most_outcomes=12,
    stages=SECOND_STAGES,
    criteria=SECOND_CRITERIA,
    questions=SECOND_QUESTIONS,
    grant=GrantPreset(
        usual=100_000,
        least=40_000,
        most=150_000,
        shared_least=40,
        reserve_days=98,
        authorities=8,
        struggling=2,
    ),
    activities=(
        ActivityPreset("open_day", 1, "authorities attending"),
        ActivityPreset("visit", 4, "visits"),
        ActivityPreset("mentoring", 2, "pairs, hours, pairs still going"),
        ActivityPreset("workshop", 2, "people, authorities"),
        ActivityPreset("toolkit", 1, "downloads, reuse reported"),
    ),
    open_to=FIRST_PHASE,
    gates=("outcomes", "transfer"),
    follows="creative_councils",
    words_of_stages=SECOND_WORDS,
)
