"""The clauses of two libraries: which came, went, were renamed or say something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from generator.condition_words import Vocabulary, condition_words
from generator.conditions.expressions import Read
from generator.diff.approvals import approval_details
from generator.diff.changes import Change, Detail, Sign, detail_of
from generator.diff.prose import wording
from generator.diff.values import NOTHING, value_changes
from generator.library.model import LANGUAGES, Condition, Library, LibraryClause

Clauses = Mapping[str, LibraryClause]
_Speakers = tuple[Vocabulary, Vocabulary]

# What `_front` says of a clause in its own words; every other key of the front matter is compared as it is written.
_SAID: Final = frozenset(
    {"slot", "when", "exception_to", "effective", "requires", "excludes", "locked", "replaces_text"}
    | {"binds", "sources"}
)


def clause_changes(before: Library, after: Library) -> tuple[Change, ...]:
    """Every clause that is not the same in both, by its id in the new library."""
    old, new = before.clauses, after.clauses
    speakers = Vocabulary(before), Vocabulary(after)
    renamed = renames(old, new)
    formerly = {now: was for was, now in renamed.items()}
    changes = [_whole("removed", old[id_], speakers) for id_ in old if id_ not in new and id_ not in renamed]
    for id_, clause in new.items():
        was = formerly.get(id_, id_)
        if was not in old:
            changes.append(_whole("added", clause, speakers))
            continue
        details = tuple(_details(old[was], clause, speakers))
        slots = (old[was].slot, clause.slot)
        if was != id_:
            changes.append(Change("moved", "clause", id_, clause.span, details, was, slots))
        elif details:
            changes.append(Change("changed", "clause", id_, clause.span, details, slots=slots))
    return tuple(sorted(changes, key=lambda change: change.id))


def renames(old: Clauses, new: Clauses) -> dict[str, str]:
    """The new id of each clause that was renamed: the same text under an id that the old library does not have.

    All languages of a text decide first, then any one of them; of several clauses with one text those that fill the
    same slot belong together.
    """
    gone = [clause for id_, clause in old.items() if id_ not in new]
    come = [clause for id_, clause in new.items() if id_ not in old]
    renamed: dict[str, str] = {}
    for languages in (LANGUAGES, *((language,) for language in LANGUAGES)):
        for same_slot in (True, False):
            left = [clause for clause in come if clause.id not in renamed.values()]
            texts: dict[tuple[str, ...], list[LibraryClause]] = {}
            for clause in left:
                texts.setdefault(_key(clause, languages, same_slot), []).append(clause)
            for clause in gone:
                candidates = texts.get(_key(clause, languages, same_slot))
                if clause.id not in renamed and candidates:
                    renamed[clause.id] = candidates.pop(0).id
    return renamed


def _key(clause: LibraryClause, languages: Iterable[str], with_slot: bool) -> tuple[str, ...]:
    return (*(clause.texts[language].digest for language in languages), clause.slot if with_slot else "")


def _whole(sign: Sign, clause: LibraryClause, speakers: _Speakers) -> Change:
    """A clause that only one of the libraries has."""
    gone = sign == "removed"
    details = []
    for name, value in _front(clause).items():
        if name in {"slot", "when", "exception_to", "effective", "layer"}:
            details.append(Detail(name, *((value, NOTHING) if gone else (NOTHING, value))))
        if name == "when":
            details += _spoken(clause.when if gone else None, None if gone else clause.when, speakers)
    for language, text in clause.texts.items():
        words = wording(*((text.source.strip(), "") if gone else ("", text.source.strip())), language)
        details.append(Detail(f"text.{language}", words=words, language=language))
    return Change(sign, "clause", clause.id, clause.span, tuple(details), slots=(clause.slot,))


def _details(old: LibraryClause, new: LibraryClause, speakers: _Speakers) -> Iterator[Detail]:
    for change in value_changes(_front(old), _front(new)):
        if change.path != "when":
            yield detail_of(change)
        elif same_condition(old.when, new.when):
            yield Detail("when", change.old, change.new, note="says the same")
        else:
            yield Detail("when", change.old, change.new)
            yield from _spoken(old.when, new.when, speakers)
    for language in LANGUAGES:
        yield from approval_details(old, new, language)
    for language in LANGUAGES:
        texts = [clause.texts[language].source.strip() for clause in (old, new)]
        if texts[0] != texts[1]:
            yield Detail(f"text.{language}", words=wording(texts[0], texts[1], language), language=language)


def _spoken(old: Condition | None, new: Condition | None, speakers: _Speakers) -> Iterator[Detail]:
    """Two conditions as a person says them."""
    for language in LANGUAGES:
        said = [
            condition_words(condition.expression, language, speaker) if condition is not None else NOTHING
            for condition, speaker in zip((old, new), speakers, strict=True)
        ]
        yield Detail(f"when.{language}", said[0], said[1], language=language)


def _front(clause: LibraryClause) -> dict[str, Any]:
    """What the front matter says of a clause, defaults included where they count and left out where they are empty."""
    said: dict[str, Any] = {
        "layer": clause.layer.id,
        "slot": clause.slot,
        "when": clause.when.text if clause.when is not None else "",
        "exception_to": clause.exception_to,
        "effective": _filled({"from": clause.effective.start, "to": clause.effective.end}),
        "requires": clause.requires,
        "excludes": clause.excludes,
        "locked": clause.locked,
        "replaces_text": clause.replaces_text,
        "binds": clause.binds,
        "sources": [
            _filled({"cite": source.cite, "fact": source.fact, "checked": source.checked}) for source in clause.sources
        ],
        **{name: _unsigned(value) for name, value in clause.front.value.items() if name not in _SAID},
    }
    return _filled(said)


def _unsigned(value: Any) -> Any:
    """A value without the approvals in it, of which is said what became of them."""
    return {name: item for name, item in value.items() if name != "approved"} if isinstance(value, Mapping) else value


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in ("", (), [], {})}


# ---- conditions


def same_condition(old: Condition | None, new: Condition | None) -> bool:
    """Whether two conditions are one expression, however they are written."""
    if old is None or new is None:
        return old is new
    return _same_expression(old.expression, new.expression)


def _same_expression(old: Any, new: Any) -> bool:
    if isinstance(old, Read) and isinstance(new, Read):
        return old.path == new.path and old.type == new.type
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(map(_same_expression, old, new))
    if is_dataclass(old) and is_dataclass(new):
        alike = (_same_expression(getattr(old, f.name), getattr(new, f.name)) for f in fields(old))
        return type(old) is type(new) and all(alike)
    return type(old) is type(new) and bool(old == new)
