"""What is printed across each page of a draft: what still has to be done before a contract may be signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import Final

from generator.conditions.expressions import reads
from generator.library.approved import Spoken, Wording, spoken
from generator.library.model import Library, LibraryClause
from generator.plan import Plan

_DRAFT = {"fr": "projet", "en": "draft"}
_UNAPPROVED = {"fr": "à faire valider par un avocat", "en": "to be reviewed by a lawyer"}
_UNPROVEN = {"fr": "bibliothèque de clauses non prouvée", "en": "clause library not proven"}

# Kinds whose words a contract prints one by one, among others: they are known by what is printed.
_KNOWN_BY_WORDS: Final = frozenset({"label", "sheet", "profile", "holiday", "fact"})


@dataclass(frozen=True, slots=True)
class Printed:
    """What a contract has printed beside the texts of its clauses, gathered while it is assembled.

    ``files`` are those that the values of its deal come from. ``definitions`` are terms, ``words`` the values that may
    bring words of the library, ``paths`` those of all values.
    """

    files: Set[str]
    definitions: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)


def status_of(library: Library, plan: Plan, language: str, printed: Printed) -> str:
    """Empty once all that is printed is approved and the library is proven as it is."""
    missing = []
    if next(unapproved(library, plan, language, printed), None) is not None:
        missing.append(_UNAPPROVED[language])
    if not library.proven:
        missing.append(_UNPROVEN[language])
    return f"{_DRAFT[language]}, {', '.join(missing)}" if missing else ""


def unapproved(
    library: Library, plan: Plan, language: str, printed: Printed
) -> Iterator[LibraryClause | Wording]:  # fmt: skip
    """The texts of a pack that no lawyer has approved as they would be printed, clauses first."""
    for clause in plan.clauses():
        if clause.approval_state(language) != "approved":
            yield clause
    for wording in wordings_of(library, plan, language, printed):
        if wording.approval_state(language) != "approved":
            yield wording


def wordings_of(library: Library, plan: Plan, language: str, printed: Printed) -> Iterator[Wording]:
    """What a pack prints beside the texts of its clauses.

    Titles, definitions and values fixed by law are known by their names. Labels and the like go through formulas and
    lists: each counts as soon as one of its words stands in a printed value, so that none is ever left out.
    """
    parameters = _parameters(library, printed.paths)
    named = {
        *(f"outline.{part.outline.id}" for part in plan.parts),
        *(f"glossary.{term}" for term in printed.definitions),
        *(f"parameter.{name}" for name in parameters),
    }
    brought = (
        wording
        for wording in library.wordings.values()
        if wording.kind in _KNOWN_BY_WORDS and (wording.kind != "profile" or wording.source.file in printed.files)
    )
    named |= _with_words_in(brought, printed.words, language)
    for id_, wording in library.wordings.items():
        if id_ in named:
            yield wording


def _with_words_in(wordings: Iterable[Wording], printed: Iterable[str], language: str) -> set[str]:
    """The ids of those that have one of their words in a printed value, whatever signs and capitals are around it."""
    begins: dict[str, list[tuple[Spoken, str]]] = {}
    for wording in wordings:
        for phrase in wording.phrases(language):
            begins.setdefault(phrase[0], []).append((phrase, wording.id))
    found: set[str] = set()
    for text in printed:
        words = spoken(text)
        for at, word in enumerate(words):
            for phrase, id_ in begins.get(word, ()):
                if words[at : at + len(phrase)] == phrase:
                    found.add(id_)
    return found


def _parameters(library: Library, paths: Iterable[str]) -> set[str]:
    """The values fixed by law that printed values are, or are computed from."""
    facts = {fact.id: fact for fact in library.facts}
    groups = library.schema.type.fields
    wanted: set[str] = set()
    waiting: list[str] = []
    for path in paths:
        root, _, rest = path.partition(".")
        if root in {"facts", "parameters"}:
            waiting.append(path)
        elif rest and root not in groups and root != "pack":
            # The entry of a list that a text walks: it may be any list of facts.
            waiting += [f"facts.{fact.id}" for fact in library.facts if fact.type.kind == "list"]
    seen: set[str] = set()
    while waiting:
        root, _, rest = waiting.pop().partition(".")
        name = rest.partition(".")[0]
        if root == "parameters":
            wanted.add(name)
        elif root == "facts" and name in facts and name not in seen:
            seen.add(name)
            waiting += facts[name].reads
            waiting += [read.dotted for case in facts[name].cases for read in reads(case.when.expression)]
    return wanted
