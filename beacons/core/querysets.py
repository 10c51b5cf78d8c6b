"""What every queryset of the house can do."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from beacons.core.lifecycle import Refused


class HouseQuerySet(models.QuerySet):
    def lock(self, pk: Any) -> Any:
        """The row, locked until the transaction ends. On SQLite the transaction itself is the lock.

        Refused where somebody took the row away after the page had found it.
        """
        try:
            return self.select_for_update(of=("self",)).get(pk=pk)
        except self.model.DoesNotExist:
            name = self.model._meta.verbose_name
            raise Refused(f"This {name} is no longer there: somebody took it away meanwhile.") from None

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Whoever shows a model to people says here who may know of which row, and when."""
        raise TypeError(f"{self.model.__name__} does not say to whom it is visible")
