from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from beacons.core.lifecycle import Lifecycle


class Command(BaseCommand):
    help = "Print the tables of statuses as Mermaid diagrams, as the README shows them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("nouns", nargs="*", help="which ones; all if none is named")

    def handle(self, *args: Any, nouns: list[str], **options: Any) -> None:
        for noun, lifecycle in Lifecycle.known.items():
            if not nouns or noun in nouns:
                self.stdout.write(f"```mermaid\n---\ntitle: {noun}\n---\n{lifecycle.diagram()}\n```\n")
