"""The two chairs save the criteria at one moment. The gate holds the round until both wait for it."""

import pytest

from beacons.rounds.criteria import Overtaken, as_they_stand, digest
from panel.actions import criteria as actions
from tests.panel.test_criteria import APanel
from tests.reliability.racing import at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("knows", [True, False], ids=["as it was read", "unread, the negative control"])
def test_of_two_chairs_who_save_at_once_one_is_shown_what_the_other_changed(knows):
    panel = APanel()
    seen = digest(as_they_stand(panel.round)) if knows else ""

    def save(words, by):
        first, *_ = panel.criteria()
        first.description = words
        return lambda: actions.set_criteria(
            panel.round, keep=[(first, [])], remove=[], seen=seen, by=by, at=panel.at
        )

    came = at_once(save("Hers.", panel.chair), save("His.", panel.vice), gate=panel.round)

    refused = errors(came)
    assert [type(error) for error in refused] == ([Overtaken] if knows else [])
    if knows:
        winner = "The Vice-chair" if came[0] in refused else "The Chair"
        assert list(refused[0].changes) == [f"{winner}: “Outcomes”: another description."]
        assert panel.criteria()[0].description == ("His." if came[0] in refused else "Hers.")
