"""How staff enter an indicator in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from outcomes.models import Indicator

NEEDED = {
    "title": "Say what is measured: today’s measures have a title.",
    "unit": "Say what it is counted in, such as % or per 1,000 homes.",
    "source": "Say who publishes the figures, and where.",
    "licence": "Say under which licence the figures are published.",
}


class IndicatorForm(forms.ModelForm):
    """National Indicators may lack what is not known; of today's measures everything can be known."""

    class Meta:
        model = Indicator
        fields = (
            "code",
            "kind",
            "title",
            "title_source",
            "description",
            "unit",
            "polarity",
            "theme",
            "stands_for",
            "nearness",
            "source",
            "licence",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields.get("kind")
        if kind is not None:
            kind.choices = [choice for choice in kind.choices if choice[0] != Indicator.Kind.OWN]
            kind.help_text = "A council enters its own measures itself, on its desk."

    def clean_code(self) -> str:
        code = " ".join(self.cleaned_data["code"].split())
        if "/" in code:
            raise ValidationError("Write the code without a slash: it stands in addresses.")
        return code

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        kind = typed.get("kind") or self.instance.kind
        if kind == Indicator.Kind.PRESENT:
            for name, words in NEEDED.items():
                if name in self.fields and not typed.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return typed
