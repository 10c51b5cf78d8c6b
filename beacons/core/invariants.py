"""What must always hold, written down by each room in its own `invariants.py` and asked by `check_invariants`."""

from collections.abc import Callable, Iterable, Iterator

from beacons.core import guards, steps

Invariant = Callable[[], Iterable[str]]
_invariants: dict[str, Invariant] = {}


def invariant(ask: Invariant) -> Invariant:
    """Register a function that yields one sentence for each row that breaks the rule named by the function."""
    _invariants[f"{ask.__module__}.{ask.__name__}"] = ask
    return ask


def broken() -> Iterator[str]:
    """Every broken promise of the house, each a sentence with its rule's name."""
    for name, ask in sorted(_invariants.items()):
        for sentence in ask():
            yield f"{name}: {sentence}"


@invariant
def the_audit_chain_is_whole() -> Iterable[str]:
    return steps.faults_in_chain()


@invariant
def every_guard_stands() -> Iterable[str]:
    return (f"the guard {name} is missing" for name in guards.missing())
