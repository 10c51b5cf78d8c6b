"""Django's flush for tests: with the guards lifted, only what holds rows, and without what every database begins with."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections, transaction

from beacons.core import guards

# Each migrate makes the same of them; to make them again after each test took longer than many tests.
KEPT = {ContentType._meta.db_table, Permission._meta.db_table}


class Command(DjangoFlush):
    def handle(self, *, database: str, **options: Any) -> None:
        connection = connections[database]
        with transaction.atomic(database), connection.cursor() as cursor:
            guards.drop_all(database)
            tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
            found = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables]
            cursor.execute(" UNION ALL ".join(found))
            # Foreign keys are looked at when the transaction ends, so the order does not matter.
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")
            guards.set_all(database)
