"""The record of a proof: what was proven, of what, with what. It lies beside the library as ``library.lock``.

A goal is known by a digest of its formula and of everything that it may rest on, so that a goal that did not change is
not proven again, and a record that somebody edits proves nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.library.proof import LOCK, MOST_BYTES
from generator.prove.goals.goal import Goal
from generator.prove.terms import Term
from generator.workspace import Workspace, WorkspaceError, read_text, write_whole

VERSION: Final = 1


@dataclass(frozen=True)
class Lock:
    """``library`` (with the deal schema), ``engine`` and ``solver`` name what the proof was made of and with.

    ``goals`` counts the goals of each kind, ``proven`` holds the digests of those that hold, ``failed`` and ``unknown``
    count those that do not and those that could not be decided, ``seconds`` tells how long each part took.
    """

    library: str
    engine: str
    solver: str
    goals: Mapping[str, int]
    proven: frozenset[str]
    failed: int
    unknown: int
    seconds: Mapping[str, float]

    @property
    def complete(self) -> bool:
        """Whether every goal holds."""
        return not self.failed and not self.unknown

    def written(self) -> bytes:
        """The record as its file holds it."""
        held: dict[str, Any] = {
            "version": VERSION,
            "library": self.library,
            "engine": self.engine,
            "solver": self.solver,
            "goals": dict(sorted(self.goals.items())),
            "failed": self.failed,
            "unknown": self.unknown,
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
            "proven": sorted(self.proven),
        }
        return (json.dumps(held, indent=1) + "\n").encode()


def read_lock(workspace: Workspace) -> Lock | None:
    """The record of the last proof, or ``None`` where there is none that can be read."""
    try:
        held = json.loads(read_text(workspace.clauses / LOCK, MOST_BYTES))
        if held["version"] != VERSION:
            return None
        return Lock(
            str(held["library"]),
            str(held["engine"]),
            str(held["solver"]),
            {str(kind): int(count) for kind, count in held["goals"].items()},
            frozenset(map(str, held["proven"])),
            int(held["failed"]),
            int(held["unknown"]),
            {str(name): float(value) for name, value in held["seconds"].items()},
        )
    except (WorkspaceError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def write_lock(workspace: Workspace, lock: Lock) -> None:
    """Keep a record. Raises ``WorkspaceError``."""
    write_whole(workspace.clauses / LOCK, lock.written())


class Digests:
    """Digests of goals over one world: equal where formula and world are."""

    def __init__(self, world: Iterable[Term], rules: Mapping[str, Term], solver: str) -> None:
        self.terms: dict[Term, bytes] = {}
        everything = [self.term(term) for term in world]
        everything += [id_.encode() + self.term(term) for id_, term in rules.items()]
        self.world = hashlib.blake2b(b"".join(sorted(everything)) + solver.encode(), digest_size=16).digest()

    def goal(self, goal: Goal) -> str:
        """Sixteen hexadecimal digits."""
        head = f"{goal.wanted}\0{goal.name}\0".encode()
        return hashlib.blake2b(head + self.term(goal.term) + self.world, digest_size=8).hexdigest()

    def term(self, term: Term) -> bytes:
        found = self.terms.get(term)
        if found is None:
            digest = hashlib.blake2b(term.kind.encode(), digest_size=16)
            if term.operands:
                for operand in term.operands:
                    digest.update(self.term(operand))
            else:
                digest.update(repr(term.args).encode())
            found = self.terms[term] = digest.digest()
        return found
