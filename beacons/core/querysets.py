"""What every queryset of the house can do."""

from datetime import datetime
from typing import Any, Self

from django.db import models


class HouseQuerySet(models.QuerySet):
    def lock(self, pk: Any) -> Any:
        """The row, locked until the transaction ends. On SQLite the transaction itself is the lock."""
        return self.select_for_update(of=("self",)).get(pk=pk)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Whoever shows a model to people says here who may know of which row, and when."""
        raise TypeError(f"{self.model.__name__} does not say to whom it is visible")
