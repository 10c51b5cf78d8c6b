"""Seats that are offered to everybody, and who comes forward for them."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from beacons.directory.models import User
from panel.models.seats import Seat
from panel.querysets.vacancies import CandidacyQuerySet, VacancyQuerySet


class Vacancy(models.Model):
    """A seat that is offered to everybody: what the panel looks for, and until when candidates may come forward."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="vacancies")
    sought = models.TextField("what the panel looks for")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vacancies"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("published_at")),
                name="vacancy_closes_later",
                violation_error_message="A vacancy closes after it was published.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat}, {self.seat.round}"

    def get_absolute_url(self) -> str:
        return reverse("vacancy_detail", args=[self.pk])

    def is_open(self, at: datetime) -> bool:
        """May candidates come forward at this instant?"""
        ended = self.withdrawn_at is not None and self.withdrawn_at <= at
        return self.published_at <= at < self.closes_at and not ended


class Candidacy(models.Model):
    """Somebody who would sit in a vacant seat, in their own words. It counts once the mailbox has proved to be theirs."""

    # So long a link confirms what was sent in before the vacancy closed.
    TO_CONFIRM = timedelta(days=2)

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="candidacies")
    name = models.CharField(max_length=120)
    email = models.EmailField("email address")
    job = models.CharField("present post", max_length=160)
    statement = models.TextField()
    register = models.TextField("general register of interests")
    made_at = models.DateTimeField()
    # Only the SHA-256 of the link's secret is kept.
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "candidacies"
        ordering = ("vacancy", "confirmed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "email"],
                condition=Q(confirmed_at__isnull=False, withdrawn_at__isnull=True),
                name="candidacy_one_of_each",
                violation_error_message="This person is a candidate for this seat already.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="candidacy_email_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.vacancy}"

    @property
    def confirm_until(self) -> datetime:
        """At this instant the link confirms no longer."""
        return self.made_at + self.TO_CONFIRM
