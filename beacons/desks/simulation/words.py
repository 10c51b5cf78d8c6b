"""What invented people write: short, plain, different from council to council, the same for the same seed."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from beacons.applications import kinds
from beacons.rounds.models import Question

FIRST_NAMES = (
    "Aisha Ben Carys Daniel Ewan Fatima Grace Hannah Imran Joanna Kofi Liam Mei Nadia Owen Priya Quentin Rosa Samir "
    "Tessa Una Victor Wendy Xanthe Yusuf Zoe"
).split()
LAST_NAMES = (
    "Adeyemi Barker Clarke Davies Evans Foster Green Hughes Iqbal Jones Khan Lewis Mason Nolan Okoro Patel Quinn Reid "
    "Shah Taylor Underwood Vaughan Walker Young"
).split()

WAYS = [
    ("A door in every street", "a named worker in each neighbourhood office"),
    ("One list, one call", "one shared list kept by all services, and one person who rings"),
    ("Ask first", "asking those concerned before anything was planned"),
    ("The Saturday team", "a team that works when people are at home"),
    ("Neighbours who know how", "paying local people to teach their neighbours"),
    ("A second look", "looking again at every case that had been closed"),
    ("From counter to kitchen table", "meeting people at home instead of at a counter"),
    ("Ten weeks, not ten forms", "a ten-week course in the place of ten referral forms"),
    ("Open books", "showing the figures to every school, ward and team each month"),
    ("Side by side", "two services in one team with one budget"),
]
STARTS = [
    "For years we did what most councils do, and the figures stood still.",
    "We began with the streets where the figures were worst.",
    "Front-line staff proposed this; leaders got out of the way.",
    "We had tried a pilot twice before, and both had failed when the money ended.",
    "A scrutiny review by members told us plainly that nobody owned the problem.",
]
MIDDLES = [
    "The change was {how}.",
    "What worked in the end was {how}.",
    "We turned the service round by {how}.",
    "The heart of it is {how}.",
]
ENDS = [
    "It cost less than the service it replaced, and people stayed with it.",
    "Not everything worked: the first rota burnt people out and had to be redrawn.",
    "Others can do it with one willing manager and a day of training a month.",
    "Two neighbouring councils have seen it and begun.",
    "We measure it each quarter and publish the result, good or bad.",
]
ISSUES = [
    "Those we most need to reach have learned not to trust us.",
    "Each service holds a part of the picture and nobody holds the whole.",
    "We lose people in the summer, between one service and the next.",
    "Rural wards cost three times as much to reach.",
    "Our data is a year old when it comes, so we act too late.",
    "Good projects end with their grant, and the staff leave.",
    "Members hear about it only when something has gone wrong.",
]
# The same in other words, and the key of the criterion that it bears on.
IN_OTHER_WORDS = {
    ISSUES[0]: ("The people we want to help do not open the door to us any more.", "partnership"),
    ISSUES[1]: ("Health, schools and police each know something, and nobody puts it together.", "innovation"),
    ISSUES[2]: ("Between school and college, over the summer, they drop out of sight.", "outcomes"),
    ISSUES[3]: ("Getting to villages takes a third of our workers' time.", "value"),
    ISSUES[4]: ("By the time figures reach us the year they describe is over.", "outcomes"),
    ISSUES[5]: ("What works stops when the money stops.", "sharing"),
    ISSUES[6]: ("Councillors are told when it is too late to do anything.", "leadership"),
}
FEEDBACK = "The readers talked this over, and agree on what follows."
REASONS = [
    "The figures cover three years and are set beside similar councils.",
    "A clear account, though the costs of the first year are thin.",
    "Says honestly what failed and what was changed.",
    "The claim is larger than the evidence given for it.",
    "Others could start this next month; the conditions are spelt out.",
    "Partners are named, but their part is not.",
]
# No answer of three sentences is longer, in words.
ANSWER = 60
IN_SHORT = [
    "A council nearby began with two schools last spring.",
    "Two districts of the county, in one town each.",
    "One city does it for those who leave care.",
]
MEASURED = ("People who came", "People who came again", "People who now do without")
CHANGES = [
    "We shall keep one shared list with the schools from September.",
    "We shall move two workers into neighbourhood offices and report in six months.",
    "Our scrutiny committee will ask for the same figures each quarter.",
    "We shall ask those who left before we plan anything more.",
]


SOUGHT = (
    "Somebody who has led a council or one of its services, judges fairly and gives a reason for what they think."
    " It takes about nine days in the year: reading, a meeting of the panel, and a visit or two."
)
STATEMENT = (
    "I have led a service through two inspections and one merger, and have sat on three panels that gave money away."
    " I read what is put before me, and say plainly when a figure does not show what is claimed of it."
)


def name(chance: Random) -> str:
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def way(chance: Random) -> tuple[str, str]:
    """A practice's title, and how it works in half a sentence."""
    return chance.choice(WAYS)


def answer(chance: Random, how: str) -> str:
    """A short answer to a question, three sentences."""
    middle = chance.choice(MIDDLES).format(how=how)
    return f"{chance.choice(STARTS)} {middle} {chance.choice(ENDS)}"


def answers(chance: Random, questions: Sequence[Question], how: str, year: int) -> dict[int, str]:
    """An answer to each question, by its id; none to those that no answer before leads on to."""
    said: dict[int, str] = {}
    for question in questions:
        if question.pk in kinds.asked(questions, said):
            said[question.pk] = kinds.canonical(question, typed(chance, question, how, year))
    return said


def typed(chance: Random, question: Question, how: str, year: int) -> Any:
    """What somebody would type in the boxes of a question."""
    match question.kind:
        case Question.Kind.NUMBER:
            return str(chance.randrange(30, 900) * 10)
        case Question.Kind.MONEY:
            return str(chance.randrange(5, 90) * 1000)
        case Question.Kind.DATE:
            return f"{year}-{chance.randrange(1, 13)}-1"
        case Question.Kind.CHOICE:
            return chance.choice(question.choices)
        case Question.Kind.CHOICES:
            return chance.sample(question.choices, k=2)
        case Question.Kind.STATEMENT:
            return True
        case Question.Kind.TABLE:
            return list(figures(chance, question, year))
        case _:
            return answer(chance, how) if question.word_limit > ANSWER else chance.choice(IN_SHORT)


def figures(chance: Random, question: Question, year: int) -> Iterator[list[str]]:
    """Three rows, of years or of what was measured."""
    by_year = question.headings[0] == "Year"
    for number, measured in enumerate(MEASURED):
        first = str(year - 2 + number) if by_year else measured
        yield [first, *(str(chance.randrange(2, 60) * 1000) for _ in question.headings[1:])]


def in_first_words(text: str) -> str:
    """What somebody said, in the words in which others say the same."""
    return next((issue for issue, (other, _) in IN_OTHER_WORDS.items() if text == other), text)


def bears_on(text: str) -> str:
    """The key of the criterion that an issue bears on; none for what nobody here said."""
    return IN_OTHER_WORDS.get(in_first_words(text), ("", ""))[1]
