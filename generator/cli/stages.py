"""The values of the stages as plain structures: what ``show`` prints. ``None`` where a draft did not come so far."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.cli.findings import as_json
from generator.facts import Reason
from generator.library.model import LibraryClause
from generator.pipeline import Draft
from generator.plan import Decision, Placement, PlannedPart, PlannedSection
from generator.record import plain
from generator.violations import dotted_path

Json = dict[str, Any]


def source(draft: Draft) -> Any:
    """The values that the file holds, and nothing else."""
    return plain(draft.source.value) if draft.source is not None else None


def deal(draft: Draft) -> Json | None:
    """``values``: the merged deal; ``origins``: where each value comes from, by its path."""
    if draft.deal is None:
        return None
    origins = {dotted_path(path): shown for path, shown in _origins(draft.deal.values, draft)}
    return {"values": plain(draft.deal.values), "origins": origins}


def _origins(value: Any, draft: Draft, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    assert draft.deal is not None
    if isinstance(value, Mapping) and value:
        return [entry for name, item in value.items() for entry in _origins(item, draft, (*path, name))]
    if isinstance(value, list) and value and isinstance(value[0], (Mapping, list)):
        return [entry for index, item in enumerate(value) for entry in _origins(item, draft, (*path, index))]
    # A value that no layer wrote has no origin of its own: it is the schema's.
    origin = draft.deal.origins.get(path)
    return [(path, origin.shown() if origin is not None else "schema default")]


def facts(draft: Draft) -> Json | None:
    """The date of the law, the layers that count, statutory values, derived values with their reasons."""
    if draft.facts is None:
        return None
    found = draft.facts
    shown: Json = {
        "as_of": found.as_of,
        "layers": [layer.id for layer in found.layers],
        "parameters": {
            name: {"value": plain(value), "since": found.parameters[name]}
            for name, value in found.scope["parameters"].items()
        },
        "facts": {},
    }
    for name, value in found.scope["facts"].items():
        reason = found.reasons[name]
        shown["facts"][name] = {
            "value": plain(value),
            "because": _because(reason),
            "declared": str(reason.rule.span),
        }
    return shown


def _because(reason: Reason) -> str:
    if reason.rule.formula:
        return f"formula {reason.rule.formula}"
    return "default: no case holds" if reason.case is None else f"case: {reason.rule.cases[reason.case].when.text}"


def rulings(draft: Draft) -> Json | None:
    """How many rules were applied, what they found, whose approval is needed."""
    if draft.rulings is None:
        return None
    return {
        "applied": draft.rulings.applied,
        "findings": [as_json(ruling.diagnostic) for ruling in draft.rulings.rulings],
        "approvals": [{"role": needed.rule.role, **as_json(needed.diagnostic)} for needed in draft.rulings.approvals],
    }


def plan(draft: Draft) -> Json | None:
    """The documents with their sections and clauses in order, then every slot with its candidates."""
    if draft.plan is None:
        return None
    return {
        "documents": [_part(part) for part in draft.plan.parts],
        "slots": {name: _decision(decision) for name, decision in draft.plan.decisions.items()},
    }


def _part(part: PlannedPart) -> Json:
    title = {language: part.named(title) for language, title in part.outline.title.items()}
    shown: Json = {"id": part.id, "kind": part.outline.kind, "title": title}
    if part.letter:
        shown["letter"] = part.letter
    if part.cover is not None:
        shown["cover"] = _placement(part.cover)
    return {**shown, "sections": [_section(section) for section in part.sections]}


def _section(section: PlannedSection) -> Json:
    return {"id": section.id, "clauses": [_placement(placement) for placement in section.placements]}


def _placement(placement: Placement) -> Json:
    return {"slot": placement.anchor, "clause": placement.clause.id, "file": placement.clause.file}


def _decision(decision: Decision) -> Json:
    candidates = []
    for candidate in decision.candidates:
        shown = {"clause": candidate.clause.id, "outcome": candidate.outcome, "when": _when(candidate.clause)}
        if candidate.beaten_by:
            shown["beaten_by"] = candidate.beaten_by
        candidates.append(shown)
    return {"document": decision.part, "policy": decision.slot.policy, "asked_for": decision.applies,
            "candidates": candidates}  # fmt: skip


def _when(clause: LibraryClause) -> str:
    return clause.when.text if clause.when is not None else "always"


def document(draft: Draft) -> Json | None:
    """By language, the tree that the JSON writer writes."""
    if not draft.numbered:
        return None
    from generator.writers import json as writer

    return {language: json.loads(writer.write(numbered)) for language, numbered in draft.numbered.items()}


STAGES: Mapping[str, Callable[[Draft], Any]] = {
    "source": source, "deal": deal, "facts": facts, "rulings": rulings, "plan": plan, "document": document,
}  # fmt: skip
