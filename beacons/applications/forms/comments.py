"""What a colleague remarks, or answers to a remark."""

from typing import Any

from django import forms

from beacons.applications import rules
from beacons.applications.models import Comment
from beacons.core import text
from beacons.core.forms import HouseForm
from beacons.rounds.models import Question


class CommentForm(HouseForm, forms.Form):
    """One of the many small forms of a page; they share their fields' names, and `place` keeps their ids apart.

    Which question, or which remark, is chosen from those of the application in the address: an id of another
    council's is not found.
    """

    text = forms.CharField(
        label="Your comment",
        widget=forms.Textarea({"rows": 3}),
        max_length=rules.MOST_IN_A_COMMENT,
    )
    question = forms.ModelChoiceField(Question.objects.none(), required=False, widget=forms.HiddenInput)
    thread = forms.ModelChoiceField(Comment.objects.none(), required=False, widget=forms.HiddenInput)
    # The section on whose page it was written, to lead back there.
    section = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Any, remarks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = questions
        self.fields["thread"].queryset = remarks
        self.auto_id = f"comment-{self.place}-%s"

    @property
    def place(self) -> str:
        """Where on the page it stands."""
        thread, question = self.data.get("thread", ""), self.data.get("question", "")
        if text.whole(thread) is not None:
            return f"c{int(thread)}"
        return f"q{int(question)}" if text.whole(question) is not None else "whole"
