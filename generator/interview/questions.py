"""The next question: of the fields that can still matter, the one whose answer settles most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.interview.outlook import Outlook, settled
from generator.interview.partial import Partial, is_always, overlaid, type_at
from generator.interview.ranges import TRUE
from generator.interview.readers import Readers
from generator.interview.states import Selection, States
from generator.interview.watched import Open, Watched
from generator.schema import typed, with_defaults
from generator.schema_types import Type

MOST_ANSWERS: Final = 16


@dataclass(frozen=True)
class Question:
    """A field to ask for.

    ``required`` where a deal without it is not valid; ``gain`` is the expected number of clauses and rules that its
    answer settles; ``clauses`` and ``rules`` are those that hang on it; ``proposal`` is what a profile proposes.
    """

    path: str
    type: Type
    required: bool
    gain: float
    clauses: tuple[str, ...]
    rules: tuple[str, ...]
    proposal: Any = None


@dataclass(frozen=True)
class Proposal:
    """A value that a profile or the schema proposes, and what another value could change.

    ``clauses`` may come or go with it; ``errors`` are rules that forbid the contract as it is, and may not then.
    """

    path: str
    type: Type
    value: Any
    clauses: tuple[str, ...]
    errors: tuple[str, ...]


def next_question(selection: Selection, states: States, readers: Readers, missing: frozenset[str]) -> Question | None:
    """The field that can still matter whose answer settles most; last, in their order, those that settle nothing.

    ``missing`` are the fields without which the deal is not valid. ``None`` when nothing is left to ask.
    """
    schema = selection.library.schema.type
    clauses, rules = _hanging(states.clause_fields), _hanging(states.rule_fields)
    order = {path: place for place, path in enumerate(_fields(schema, ""))}
    paths = [path for path in {*clauses, *rules, *missing} if path in order]
    paths.sort(key=lambda path: (-len(clauses.get(path, ())) - len(rules.get(path, ())), order[path]))
    best: Question | None = None
    for path in paths:
        mine, judged = clauses.get(path, ()), rules.get(path, ())
        # No answer settles more than what hangs on the field: the rest of the list cannot do better.
        if best is not None and best.gain > len(mine) + len(judged):
            break
        type_ = type_at(schema, path)
        assert type_ is not None
        required = path in missing or is_always(schema, path)
        # A group names a subject, and "yes" brings up the proposal that speaks against it; a value alone does not.
        if not mine and not required and type_.kind != "record" and _is_refused(selection, path, judged):
            continue
        gain = _gain(selection, readers, path, type_, mine, judged, required)
        if gain is None:
            fields = [*(states.clause_fields[name] for name in mine), *(states.rule_fields[name] for name in judged)]
            gain = sum(1 / len(of_one) for of_one in fields)
        if best is None or (-gain, order[path]) < (-best.gain, order[best.path]):
            best = Question(path, type_, required, gain, mine, judged)
    return best


def _is_refused(selection: Selection, path: str, rules: tuple[str, ...]) -> bool:
    """Whether an error is certain as soon as a field has a value, whatever it is: "nothing" is then all to answer."""
    given = overlaid(selection.outlook.deal, path, Open(path, absent=False))
    scope = {**selection.outlook.scope, **dict(dict.items(given))}
    named = set(rules)
    forbidding = (rule for rule in selection.library.rules if rule.id in named and rule.severity == "error")
    return any(selection.rule(rule, scope) == TRUE for rule in forbidding)


def _hanging(fields: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, paths in fields.items():
        for path in paths:
            found.setdefault(path, []).append(name)
    return {path: tuple(names) for path, names in found.items()}


def _fields(type_: Type, prefix: str) -> Iterator[str]:
    for name, member in type_.fields.items():
        yield f"{prefix}{name}"
        if member.type.kind == "record":
            yield from _fields(member.type, f"{prefix}{name}.")


def _gain(
    selection: Selection,
    readers: Readers,
    path: str,
    type_: Type,
    clauses: tuple[str, ...],
    rules: tuple[str, ...],
    required: bool,
) -> float | None:
    """How many of these are settled by an answer, on average over the answers; ``None`` where these are not few."""
    outlook, library = selection.outlook, selection.library
    answers = list(_answers(type_, readers.constants.get(path, set()), outlook.conditions.bounds.get(path), path))
    if not answers:
        return None
    if not required:
        answers.append(None)
    changed = {name for name, fields in outlook.fact_fields.items() if path in fields}
    named = set(rules)
    judged = [rule for rule in library.rules if rule.id in named]
    approvals = [rule for rule in library.approvals if rule.id in named]
    total = 0
    for answer in answers:
        then = Selection(
            selection.conditions,
            Outlook(selection.conditions, overlaid(outlook.deal, path, answer), outlook, changed),
        )
        total += sum(settled(then.clause(library.clauses[name])) for name in clauses)
        total += sum(settled(then.rule(rule)) for rule in judged)
        total += sum(settled(then.approval(rule)) for rule in approvals)
    return total / len(answers)


def _answers(type_: Type, constants: set[Any], limits: tuple[Any, Any] | None, path: str) -> Iterator[Any]:
    """Answers that stand for all others: each choice, both sides of each number with which the field is compared."""
    key = choice_type(type_)
    if type_.kind == "boolean":
        yield from (True, False)
    elif type_.kind == "enum":
        yield from type_.values[:MOST_ANSWERS]
    elif type_.is_number and constants:
        low, high = limits or (None, None)
        turns = sorted({turn for value in constants for turn in (value - 1, value, value + 1)})
        inside = [t for t in turns if (low is None or t >= low) and (high is None or t <= high)]
        yield from (typed(type_, turn) for turn in inside[:MOST_ANSWERS])
    elif type_.kind == "record":
        yield Watched((name, Open(f"{path}.{name}", absent=not f.always)) for name, f in type_.fields.items())
    elif key is not None:
        half = len(key.values) // 2
        for chosen in (key.values, key.values[:half], key.values[half:], key.values[:1]):
            yield [_with_open(type_, entry, path) for entry in entries_of(type_, chosen)]


def _with_open(type_: Type, entry: Any, path: str) -> Any:
    """An entry of a list in which what must be there and is not known yet is open."""
    if type_.item is None or not isinstance(entry, dict):
        return entry
    must = {name: Open(path, absent=False) for name, f in type_.item.fields.items() if f.always and name not in entry}
    return Watched({**must, **entry})


def choice_type(type_: Type) -> Type | None:
    """The choices of a list of which one or several are chosen: its items, or what names its entries."""
    if type_.kind != "list" or type_.item is None:
        return None
    found = type_.item.fields[type_.key].type if type_.key and type_.item.kind == "record" else type_.item
    return found if found.kind == "enum" else None


def entries_of(type_: Type, chosen: tuple[str, ...]) -> list[Any]:
    """The list with these entries, and in each what the schema fills in."""
    entries = [{type_.key: value} if type_.key else value for value in chosen]
    filled: list[Any] = typed(type_, with_defaults(type_, entries))
    return filled


# ---- proposals


def proposals(
    selection: Selection, readers: Readers, partial: Partial, values: Mapping[str, Any]
) -> tuple[Proposal, ...]:
    """What profiles and schema propose in ``values`` (the merged deal), where another value could matter."""
    library, outlook = selection.library, selection.outlook
    errors = [rule for rule in library.rules if rule.severity == "error" and selection.rule(rule) == TRUE]
    found = []
    for path, type_, value in _leaves(library.schema.type, values, ""):
        if partial.answered(path) or path in partial.none:
            continue
        changed = readers.facts(path)
        clauses = readers.clauses(path, changed)
        judging = readers.rules(path, changed)
        judged = [rule for rule in errors if rule.id in judging]
        if not clauses and not judged:
            continue
        opened = overlaid(outlook.deal, path, Open(path, absent=True))
        then = Selection(selection.conditions, Outlook(selection.conditions, opened, outlook, changed))
        turned = tuple(name for name in library.clauses if name in clauses and _turns(selection, then, name))
        mended = tuple(rule.id for rule in judged if not settled(then.rule(rule)))
        if turned or mended:
            found.append(Proposal(path, type_, value, turned, mended))
    return tuple(found)


def _turns(now: Selection, then: Selection, name: str) -> bool:
    clause = now.library.clauses[name]
    return not settled(then.clause(clause))


def _leaves(type_: Type, values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Type, Any]]:
    for name, member in type_.fields.items():
        value = values.get(name)
        if value is None:
            continue
        if member.type.kind == "record" and isinstance(value, Mapping):
            yield from _leaves(member.type, value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", member.type, value
