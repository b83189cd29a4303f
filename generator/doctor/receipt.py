"""A file of our own against the receipt that it carries: which clauses were edited, and which were taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, warning
from generator.doctor.names import W
from generator.doctor.wordfile import WordFile
from generator.ooxml.names import EMBEDDED_NAMESPACE, clause_bookmark
from generator.readers.docx import letters_by_clause

EDITED_CLAUSE = warning(
    "edited-clause",
    "a clause does not say what was built: it was edited since",
    "have a lawyer read it, or build the contract again; a tracked insertion counts as accepted",
)
MISSING_CLAUSE = warning(
    "missing-clause",
    "a clause that was built into this document is no longer there",
    "have a lawyer decide whether it may go, or build the contract again",
)
BROKEN_RECEIPT = error(
    "broken-receipt",
    "the receipt that the file carries cannot be read",
    "build the contract again: nothing says any more what it was made of",
)
CHECKS: tuple[Check, ...] = (EDITED_CLAUSE, MISSING_CLAUSE, BROKEN_RECEIPT)

_NAME: Final = "receipt.json"
_NOTHING: Final = sha256(b"").hexdigest()


def check(file: WordFile) -> Iterator[Diagnostic]:
    """The clauses of a file that has a receipt; a file from elsewhere has none, and nothing is said."""
    carried = next(_receipts(file), None)
    if carried is None or file.main.root is None:
        return
    try:
        clauses = _clauses(json.loads(carried))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield BROKEN_RECEIPT.of("the receipt is not as Clausier writes it", file.name)
        return
    said = letters_by_clause(file.main.root)
    starts = {str(start.get(W + "name")): start for start in file.main.elements(W + "bookmarkStart")}
    # A file holds some documents of the pack; one of which nothing is left is not here at all.
    languages = {entry["language"] for bookmark, entry in clauses.items() if bookmark in said}
    here = {entry["part"] for bookmark, entry in clauses.items() if bookmark in said}
    for bookmark, entry in clauses.items():
        named = f"`{entry['slot']}` ({entry['id']}, {entry['part']})"
        if bookmark in said:
            # A file of two languages prints what both have in common once, and has no digest for either.
            if entry["printed"] and sha256(said[bookmark].encode()).hexdigest() != entry["printed"]:
                place = file.main.place(starts[bookmark])
                yield EDITED_CLAUSE.of(f"the clause {named} does not say what was built", place)
        elif entry["part"] in here and entry["printed"] != _NOTHING and entry["language"] in languages:
            yield MISSING_CLAUSE.of(f"the clause {named} is no longer there", file.main.place())


def _receipts(file: WordFile) -> Iterator[str]:
    for part in file.parts.values():
        root: etree._Element | None = part.root
        if root is not None and root.tag == f"{{{EMBEDDED_NAMESPACE}}}embedded" and root.get("name") == _NAME:
            yield root.text or ""


def _clauses(receipt: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Each clause by the name of its bookmark. In a file of two languages, those of the second have their language
    in the name."""
    clauses: dict[str, dict[str, str]] = {}
    for place, (language, entries) in enumerate(receipt["clauses"].items()):
        for entry in entries:
            kept = {key: str(entry[key]) for key in ("part", "slot", "id", "printed")} | {"language": language}
            clauses[clause_bookmark(f"{kept['slot']}@{language}" if place else kept["slot"])] = kept
    return clauses
