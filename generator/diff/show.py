"""The differences as lines for a reader: what it is, where it stands, and below it in what it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import Any, Final

from generator.diagnostics import Diagnostic
from generator.diff import Changes
from generator.diff.changes import CONDITIONS, Change, Detail
from generator.diff.deals import ClauseInDeal, DealChange, FindingChange
from generator.diff.prose import Piece
from generator.diff.read import Side
from generator.diff.values import NOTHING, shown

Segment = tuple[str, str]
"""A text and its part: ``gone``, ``come``, a sign, a severity, ``strong``, ``frame``, or nothing."""

Line = tuple[Segment, ...]

_Texts = Set[tuple[str, str]]
"""Texts of the library by clause and language."""

_SIGNS: Final = {"added": "+", "removed": "-", "moved": ">", "changed": "~"}
_HEADINGS: Final = ("clauses", "outlines", "rules, facts, terms and profiles", "schemas")
_PLURALS: Final = {"law": "legal facts", "other": "others"}
_LONGEST_CONDITION: Final = 2000


def lines_of(changes: Changes, old: Side, new: Side) -> Iterator[Line]:
    """The whole comparison; the last line sums it up."""
    lists = (changes.clauses, changes.outlines, changes.entries, changes.schemas)
    for heading, found in zip(_HEADINGS, lists, strict=True):
        if found:
            yield ((heading, "strong"),)
            for change in found:
                yield from _change(change, old)
            yield ()
    edited = {(change.id, d.language) for change in changes.clauses for d in change.details if _is_text(d)}
    differing = [deal for deal in changes.deals if deal.any]
    if differing:
        yield (("deals", "strong"),)
        for deal in differing:
            yield from _deal(deal, edited)
        yield ()
    for said, drafted in (("unchanged deals", True), ("deals that neither library can draft", False)):
        files = [deal.file for deal in changes.deals if not deal.any and all(deal.drafted) == drafted]
        if files and (changes.any or not drafted):
            yield ((f"{said}: {', '.join(files)}", ""),)
    yield ((f"compared {old.name} with {new.name}: {tally(changes)}", ""),)


def tally(changes: Changes) -> str:
    """``clauses: 1 added, 2 changed; rules: 1 changed; 2 of 6 deals differ``, or ``no difference``."""
    kinds: dict[str, Counter[str]] = {}
    for change in changes.of_library:
        kinds.setdefault(change.kind, Counter())[change.sign] += 1
    parts = []
    for kind, counts in kinds.items():
        counted = ", ".join(f"{counts[sign]} {sign}" for sign in _SIGNS if counts[sign])
        parts.append(f"{_PLURALS.get(kind, f'{kind}s')}: {counted}")
    differing = sum(deal.any for deal in changes.deals)
    if changes.any and changes.deals:
        parts.append(f"{differing} of {len(changes.deals)} deals differ")
    return "; ".join(parts) or "no difference"


# ---- the library


def _change(change: Change, old: Side) -> Iterator[Line]:
    sign = _SIGNS[change.sign]
    named = "" if change.kind == "clause" else f"{change.kind} "
    was = f" (was {change.was})" if change.was else ""
    place = f"  {change.place}" if change.place is not None else ""
    place += f" in {old.name}" if place and change.sign == "removed" else ""
    yield ((f"{sign} ", change.sign), (named, ""), (change.id, "strong"), (was, ""), (place, "frame"))
    if change.was and not any(map(_is_text, change.details)):
        yield (("    renamed: the text is the same", ""),)
    for detail in change.details:
        yield from _detail(detail, "    ")


def _is_text(detail: Detail) -> bool:
    return detail.path.startswith("text.")


def _detail(detail: Detail, indent: str) -> Iterator[Line]:
    name = detail.path.removeprefix("text.") if detail.words is not None else detail.path
    note = f" ({detail.note})" if detail.note else ""
    if detail.words is not None:
        for pieces in detail.words.changed():
            yield ((f"{indent}{name}: ", ""), *_pieces(pieces))
    elif CONDITIONS & set(detail.path.split(".")[:1] + detail.path.split(".")[-1:]):
        for value, sign, part in ((detail.old, "-", "gone"), (detail.new, "+", "come")):
            if value is not NOTHING:
                yield (
                    (f"{indent}{name} ", ""),
                    (f"{sign} ", "removed" if sign == "-" else "added"),
                    (_value(value, _LONGEST_CONDITION), part + " value"),
                    (note if sign == "+" else "", ""),
                )
    elif detail.old is NOTHING or detail.new is NOTHING:
        gone = detail.new is NOTHING
        sign, part, value = ("-", "gone", detail.old) if gone else ("+", "come", detail.new)
        label = f"{name}: " if name else ""
        yield (
            (indent, ""),
            (f"{sign} ", "removed" if gone else "added"),
            (label, ""),
            (_value(value), part + " value"),
            (note, ""),
        )
    else:
        yield (
            (f"{indent}{name}: ", ""),
            (_value(detail.old), "gone value"),
            (" -> ", ""),
            (_value(detail.new), "come value"),
            (note, ""),
        )


def _value(value: Any, limit: int = 160) -> str:
    return shown(value, limit) or "(empty)"


def _pieces(pieces: Sequence[Piece]) -> Iterator[Segment]:
    """A sentence on one line; the end of a line that came or went within it is shown as ``¶``."""
    whole = len(pieces) == 1 and bool(pieces[0][1].strip())
    for kind, text in pieces:
        yield (text.strip("\n") if whole else text).replace("\n", "¶"), "" if kind == "same" else kind


# ---- deals


def _deal(deal: DealChange, edited: _Texts) -> Iterator[Line]:
    yield (("~ ", "changed"), (deal.file, "strong"))
    before, after = deal.complete
    if before != after:
        said = "a contract can be written now" if after else "a contract can no longer be written"
        yield (("    ", ""), (said, "info" if after else "error"))
    for finding in deal.findings:
        yield from _finding(finding)
    if deal.drafted[0] != deal.drafted[1]:
        which = "new" if deal.drafted[1] else "old"
        yield ((f"    only the {which} library can draft it: nothing more is compared", ""),)
    for value in deal.values:
        yield from _labelled("value", value)
    if with_values := [clause.id for clause in deal.clauses if clause.sign == "values"]:
        yield (("    ~ other values in ", ""), (", ".join(with_values), ""))
    for clause in deal.clauses:
        if clause.sign != "values":
            yield from _clause(clause, edited)
    for title in deal.titles:
        yield from _labelled("title", title)
    if deal.numbers:
        numbers = "1 number changes" if deal.numbers == 1 else f"{deal.numbers} numbers change"
        yield ((f"    ~ {numbers}, as {deal.example[0]} -> {deal.example[1]}", ""),)


def _labelled(label: str, detail: Detail) -> Iterator[Line]:
    for line in _detail(detail, ""):
        yield ((f"    ~ {label} ", ""), *line)


def _finding(change: FindingChange) -> Iterator[Line]:
    finding = change.finding
    sign = "changed" if change.old is not None and change.new is not None else "added" if change.new else "removed"
    head: Line = (
        ("    ", ""),
        (f"{_SIGNS[sign]} ", sign),
        (f"{finding.severity.value}[{change.name}]", _tone(finding)),
    )
    place = f"  {finding.span}" if finding.span is not None else ""
    if sign != "changed":
        yield (*head, (f": {' '.join(finding.message.split())}", ""), (place, "frame"))
        return
    yield (*head, (place, "frame"))
    for detail in change.details:
        yield from _detail(detail, "        ")


def _tone(finding: Diagnostic) -> str:
    return finding.severity.value


def _clause(clause: ClauseInDeal, edited: _Texts) -> Iterator[Line]:
    slot = f"  (slot {clause.anchor})" if clause.anchor != clause.id else ""
    was = f" (was {clause.was})" if clause.was else ""
    if clause.sign in {"wording", "layout"}:
        yield ((f"    ~ {clause.sign} ", ""), (clause.id, "strong"), (slot, "frame"))
        # What was edited has been shown above; other words come from values and conditions of the text.
        details = tuple(d for d in clause.details if (clause.id, d.language) not in edited)
    else:
        sign = f"{_SIGNS[clause.sign]} "
        yield (("    ", ""), (sign, clause.sign), ("clause ", ""), (clause.id, "strong"), (was, ""), (slot, "frame"))
        details = clause.details
    for detail in details:
        yield from _detail(detail, "        ")
