"""Future Councils: clusters of authorities bid together, and lead members of the LGA's board stand behind a bid.

Authorities that share a question about what a council should be in ten years work on it as one; what they find is
written down for all others.
"""

from dataclasses import replace

from beacons.rounds.asking import CHOICES, DATE, NUMBER, STATEMENT, TABLE
from beacons.rounds.presets.beacons import CRITERIA as OF_BEACONS
from beacons.rounds.presets.shape import (
    ANY,
    ActivityPreset,
    CriterionPreset,
    GrantPreset,
    Preset,
    QuestionPreset,
    StageWords,
)
from beacons.rounds.timeline import Leg

# 357 days: five weeks to bring a cluster together, and two in which the lead members read.
STAGES = (
    Leg("applications", "Clusters form and apply", 35),
    Leg("check", "Endorsement and check", 14),
    Leg("scoring", "Scoring", 21),
    Leg("shortlist", "Shortlist", 7),
    Leg("verify", "Talks with the clusters", 21),
    Leg("decision", "Decision", 7),
    Leg("agreement", "Agreement", 14),
    Leg("develop", "The clusters work", 112),
    Leg("spread", "Show what was found", 98),
    Leg("close", "Close", 28),
)

WORDS = {
    "applications": StageWords(
        "Clusters are forming and applying",
        "Applications close",
        "Three authorities or more find each other on a question, and one of them applies for all.",
    ),
    "check": StageWords(
        "Lead members are reading the applications",
        "Endorsement and check end",
        "Lead members of the LGA’s board say which applications they stand behind; staff check who may apply.",
    ),
    "verify": StageWords(
        "The panel is talking with the clusters",
        "The talks end",
        "Leaders and chief executives of a cluster meet the panel together, once.",
    ),
    "develop": StageWords(
        "The clusters are at work",
        "The clusters’ work ends",
        "Each cluster tries its answer in all of its places at the same time.",
    ),
    "spread": StageWords(
        "The clusters are showing what they found",
        "Showing ends",
        "Other councils see it in the places of the cluster, and take home what it takes.",
    ),
}

BY_KEY = {criterion.key: criterion for criterion in OF_BEACONS}

CRITERIA = (
    CriterionPreset(
        "innovation",
        "The question and the answer",
        25,
        "Whether the question is one that every council will have to answer, and the answer more than a saving.",
        (
            "A question of the day, with a known answer.",
            "A question of one place.",
            "A question that others have, and an answer that is a plan to think about it.",
            "A question that most councils will meet, with an answer that can be tried within the year.",
            "As for 3, and the answer changes what a council is for the people it serves.",
            "As for 4, and it has been tried in a small way already.",
        ),
        least=3,
    ),
    CriterionPreset(
        "partnership",
        "The cluster",
        25,
        "Why these authorities, what each brings and gives up, and how they decide as one.",
        (
            "Names on a list.",
            "One authority, and others who watch.",
            "A shared purpose; who does what is left open.",
            "A shared purpose and work; decisions are still taken in each place alone.",
            "One team, one plan, and decisions taken together by people who may take them.",
            "As for 4, with money that has been pooled already.",
        ),
        least=3,
    ),
    replace(BY_KEY["outcomes"], name="The difference it will make", weight=20, least=0),
    replace(BY_KEY["leadership"], name="Members lead it", weight=15),
    replace(BY_KEY["transfer"], least=0),
)

QUESTION, CLUSTER, RESULT = "The question", "The cluster", "What will come of it"

QUESTIONS = (
    QuestionPreset(
        "question",
        QUESTION,
        "Which question about the council of the future do you want to answer?",
        "innovation",
        150,
        "In one sentence first, and then why it will not go away.",
    ),
    QuestionPreset("answer", QUESTION, "What do you want to try?", "innovation", 300),
    QuestionPreset(
        "why-these",
        CLUSTER,
        "Why these authorities, and what does each of them bring?",
        "partnership",
        250,
        "The authorities of the cluster are named on the page of the partners, with their part.",
    ),
    QuestionPreset(
        "decide",
        CLUSTER,
        "How does the cluster decide?",
        "partnership",
        kind=CHOICES,
        options=(
            "A board of members from each authority",
            "A board of officers from each authority",
            "The lead authority decides for all",
            "A body of its own in law",
        ),
    ),
    QuestionPreset(
        "team",
        CLUSTER,
        "How many people will work on it for at least half of their time?",
        "partnership",
        kind=NUMBER,
        unit="people",
        lowest=0,
    ),
    QuestionPreset(
        "members",
        CLUSTER,
        "Which members lead it, and what have they committed their councils to?",
        "leadership",
        150,
    ),
    QuestionPreset(
        "begins",
        CLUSTER,
        "From when can the team begin?",
        kind=DATE,
    ),
    QuestionPreset(
        "difference",
        RESULT,
        "What will be different for people at the end of the year, and how will you see it?",
        "outcomes",
        200,
    ),
    QuestionPreset(
        "measures",
        RESULT,
        "Which figures do you expect to move?",
        "outcomes",
        hint="One measure in each row, for the cluster as a whole.",
        required=False,
        kind=TABLE,
        columns=("What is measured", "Today", "In a year"),
        most_rows=6,
    ),
    QuestionPreset(
        "others",
        RESULT,
        "What will councils outside the cluster be able to take from it?",
        "transfer",
        200,
        "People, money, time, and the conditions without which it would not work.",
    ),
    QuestionPreset(
        "all-agree",
        RESULT,
        "The leader of every authority of the cluster has seen this application and wants it",
        kind=STATEMENT,
    ),
)

FUTURE_COUNCILS = Preset(
    key="future_councils",
    name="Future Councils",
    about="Clusters of three authorities or more apply together; lead members of the LGA’s board endorse their applications.",
    limit_months=12,
    most_outcomes=6,
    stages=STAGES,
    criteria=CRITERIA,
    questions=QUESTIONS,
    grant=GrantPreset(
        usual=150_000,
        least=60_000,
        most=300_000,
        shared_least=25,
        reserve_days=84,
        authorities=8,
        struggling=2,
    ),
    activities=(
        ActivityPreset("open_day", 1, "authorities attending"),
        ActivityPreset("visit", 4, "visits"),
        ActivityPreset("workshop", 2, "people, authorities"),
        ActivityPreset("toolkit", 1, "downloads, reuse reported"),
    ),
    open_to=ANY,
    gates=("innovation", "partnership"),
    words_of_stages=WORDS,
    cluster_least=3,
    endorsements_least=1,
)
