"""What changes in a contract, in its own words: clauses, wordings and values, now and as they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.batch.records import Details
from generator.document.nodes import Numbered, Value
from generator.document.walk import inlines, text_of
from generator.pipeline import Draft
from generator.plan import Plan, why_not

_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan: ``sign`` is ``+``, ``~`` or ``-``, ``what`` a clause, a wording or a value.

    ``number`` and ``name`` say which, ``said`` what it was and is, ``because`` why a clause came or went.
    """

    sign: str
    what: str
    number: str
    name: str
    said: str = ""
    because: str = ""

    @property
    def line(self) -> str:
        words = " ".join(filter(None, (self.sign, self.what, self.number, self.name, self.said)))
        return f"{words} (because {self.because})" if self.because else words


def places_of(plan: Plan) -> list[str]:
    """Every place of a pack with the clause that fills it, in order."""
    found = []
    for part in plan.parts:
        if part.cover is not None:
            found.append(f"{part.id} {part.cover.anchor} {part.cover.clause.id}")
        for section in part.sections:
            found += [f"{part.id} {section.id} {placed.anchor} {placed.clause.id}" for placed in section.placements]
    return found


def details_of(draft: Draft) -> Details:
    """What is in a contract: its places; in each language its clauses and every value that is printed."""
    assert draft.plan is not None
    return {
        "places": places_of(draft.plan),
        "clauses": {language: _clauses(numbered) for language, numbered in draft.numbered.items()},
        "values": {language: _values(numbered) for language, numbered in draft.numbered.items()},
    }


def _clauses(numbered: Numbered) -> list[list[str]]:
    found = []
    for part in numbered.document.parts:
        for section in part.sections:
            for clause in section.clauses:
                title = text_of(clause.title or section.title, numbered)
                number = numbered.labels[clause.anchor].number
                found.append([clause.anchor, clause.id, number, title, clause.digest])
    return found


def _values(numbered: Numbered) -> dict[str, list[str]]:
    """By its path, each of the words that a value is printed with, once."""
    found: dict[str, dict[str, None]] = {}
    for part in numbered.document.parts:
        for _, inline in inlines(part):
            if isinstance(inline, Value):
                found.setdefault(inline.path, {})[inline.text] = None
    return {path: list(texts) for path, texts in found.items()}


# ---- comparing


def changes(old: Details, new: Details, draft: Draft) -> tuple[Change, ...]:
    """What is new, other and gone in a contract; nothing where it is not known what was in it."""
    if not old:
        return ()
    language = next(iter(draft.numbered))
    found: list[Change] = []
    for other in draft.numbered:
        known = {(change.what, change.name, change.number) for change in found}
        fresh = [
            *_clause_changes(_rows(old, other), _rows(new, other), draft if other == language else None),
            *_value_changes(_table(old, other), _table(new, other)),
        ]
        found += [change for change in fresh if (change.what, change.name, change.number) not in known]
    return tuple(found)


def _rows(details: Details, language: str) -> list[list[str]]:
    rows: list[list[str]] = details.get("clauses", {}).get(language, [])
    return rows


def _table(details: Details, language: str) -> Mapping[str, list[str]]:
    table: Mapping[str, list[str]] = details.get("values", {}).get(language, {})
    return table


def _clause_changes(old: list[list[str]], new: list[list[str]], draft: Draft | None) -> Iterator[Change]:
    before = {(anchor, id_): (number, title, digest) for anchor, id_, number, title, digest in old}
    now = {(anchor, id_): (number, title, digest) for anchor, id_, number, title, digest in new}
    if draft is not None:
        for (anchor, id_), (number, title, digest) in now.items():
            if (anchor, id_) not in before:
                yield Change("+", "clause", number, title, "", _why_in(draft, id_))
            elif before[anchor, id_][2] != digest:
                yield Change("~", "wording", number, title)
        for (anchor, id_), (number, title, _) in before.items():
            if (anchor, id_) not in now:
                yield Change("-", "clause", number, title, "", _why_out(draft, anchor, id_))
        return
    for key, (number, title, digest) in now.items():
        if key in before and before[key][2] != digest:
            yield Change("~", "wording", number, title)


def _why_in(draft: Draft, id_: str) -> str:
    assert draft.library is not None
    when = draft.library.clauses[id_].when
    return when.text if when is not None else "every contract with this document has it"


def _why_out(draft: Draft, anchor: str, id_: str) -> str:
    assert draft.library is not None and draft.plan is not None
    if id_ not in draft.library.clauses:
        return "the library no longer has it"
    decision = draft.plan.decisions.get(anchor.partition("@")[0])
    candidates: tuple[Any, ...] = decision.candidates if decision is not None else ()
    lost = next((one for one in candidates if one.clause.id == id_ and one.outcome != "in"), None)
    return why_not(lost) if lost is not None else "its place is no longer asked for"


def _value_changes(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[Change]:
    for path in dict.fromkeys((*old, *new)):
        gone = [text for text in old.get(path, ()) if text not in new.get(path, ())]
        come = [text for text in new.get(path, ()) if text not in old.get(path, ())]
        if gone or come:
            yield Change("~", "value", "", path, f"{_shown(gone)} -> {_shown(come)}")


def _shown(texts: list[str]) -> str:
    text = " | ".join(" ".join(text.split()) for text in texts) or "nothing"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
