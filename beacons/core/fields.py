"""Database expressions that both databases understand without Django's help."""

from typing import Any

from django.db import models


class MonthsLater(models.Func):
    """The date so many calendar months after a date, in each database's own words.

    Inside a CHECK, Django's own date arithmetic would call a function that a plain SQLite shell does not know.
    SQLite carries 31 February over into March where PostgreSQL stops at the month's end; a scheme of twelve or
    eighteen months meets that only from 29 February, and the rule in `rounds.timeline` is the stricter of the two.
    """

    arity = 2
    output_field = models.DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(
            compiler,
            connection,
            template="date(%(expressions)s || ' months')",
            arg_joiner=", '+' || ",
            **extra,
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        start, months = self.source_expressions
        one, params = compiler.compile(start)
        two, more = compiler.compile(months)
        return f"(({one}) + make_interval(months => ({two})::int))::date", [*params, *more]
