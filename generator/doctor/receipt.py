"""A file of our own against the receipt that it carries: which clauses were edited or taken out, which text was added.

The receipt shows mistakes, not forgery: whoever edits the file can edit the receipt in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, shortened, warning
from generator.doctor.names import W
from generator.doctor.wordfile import WordFile
from generator.ooxml.names import EMBEDDED_NAMESPACE, clause_bookmark, reference_bookmark
from generator.readers.docx import letters_by_clause, outside_clauses

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
ADDED_TEXT = warning(
    "added-text",
    "words that were not built stand outside of the clauses: a paragraph, a heading, a cover, a header or a footer",
    "have a lawyer read them, or build the contract again; a tracked insertion counts as accepted",
)
BROKEN_RECEIPT = error(
    "broken-receipt",
    "the receipt that the file carries cannot be read",
    "build the contract again: nothing says any more what it was made of",
)
CHECKS: tuple[Check, ...] = (EDITED_CLAUSE, MISSING_CLAUSE, ADDED_TEXT, BROKEN_RECEIPT)

_NAME: Final = "receipt.json"
_NOTHING: Final = sha256(b"").hexdigest()


def check(file: WordFile) -> Iterator[Diagnostic]:
    """The clauses of a file that has a receipt; a file from elsewhere has none, and nothing is said."""
    carried = next(_receipts(file), None)
    if carried is not None and file.main.root is not None:
        yield from judged(file, carried)


def judged(file: WordFile, carried: str) -> Iterator[Diagnostic]:
    """The same against a receipt that lies elsewhere."""
    if file.main.root is None:
        return
    try:
        receipt = json.loads(carried)
        # An escape may name half a character, of which no digest can be made.
        json.dumps(receipt, ensure_ascii=False).encode()
        clauses = _clauses(receipt)
        frame = frozenset(map(str, receipt.get("frame", ())))
        letters = frozenset(map(str, receipt.get("letters", ())))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield BROKEN_RECEIPT.of("the receipt is not as Clausier writes it", file.name)
        return
    said = letters_by_clause(file.main.root)
    starts = {str(start.get(W + "name")): start for start in file.main.elements(W + "bookmarkStart")}
    parts = {entry["part"] for entry in clauses.values()} | letters
    headed = {part for part in parts if reference_bookmark(part) in starts}
    # A letter has no clause to be found, and its headings say that nothing else was in the file.
    is_letter = bool(headed) and headed <= letters
    if clauses and not is_letter and not said.keys() & clauses.keys():
        message = "no clause of the receipt can be found in the file: nothing tells whether it was edited"
        yield MISSING_CLAUSE.of(message, file.main.place())
        return
    if len({entry["language"] for entry in clauses.values()}) > 1 and _saved_by_libreoffice(file):
        message = "LibreOffice saved this file of two languages and moved the edges of clauses: nothing can be compared"
        yield MISSING_CLAUSE.of(message, file.main.place())
        return
    # A file holds some documents of the pack; one of which neither heading nor clause is left is not here at all.
    languages = {entry["language"] for bookmark, entry in clauses.items() if bookmark in said}
    here = headed | {entry["part"] for bookmark, entry in clauses.items() if bookmark in said}
    for bookmark, entry in clauses.items():
        named = f"`{entry['slot']}` ({entry['id']}, {entry['part']})"
        if bookmark in said:
            if entry["printed"] and _digest(said[bookmark]) != entry["printed"]:
                place = file.main.place(starts[bookmark])
                yield EDITED_CLAUSE.of(f"the clause {named} does not say what was built", place)
        elif entry["part"] in here and entry["printed"] != _NOTHING and entry["language"] in languages:
            yield MISSING_CLAUSE.of(f"the clause {named} is no longer there", file.main.place())
    if frame:
        yield from _added(file, frame)


def _added(file: WordFile, frame: Set[str]) -> Iterator[Diagnostic]:
    """Paragraphs outside of the clauses that no file of the pack has; a comment is no text of the contract."""
    comments = file.related("comments")
    for story in file.stories:
        if story is comments or story.root is None:
            continue
        for paragraph, letters in outside_clauses(story.root):
            if _digest(letters) not in frame:
                words = shortened(story.texts[paragraph])
                yield ADDED_TEXT.of(f"the words “{words}” were not built", story.place(paragraph))


def _saved_by_libreoffice(file: WordFile) -> bool:
    """Whether LibreOffice wrote the file: 7.4 drops or moves bookmarks around tables, in which two languages face."""
    part = file.of_package("extended-properties")
    names = part.root.iterfind("{*}Application") if part is not None and part.root is not None else ()
    return any((name.text or "").startswith("LibreOffice") for name in names)


def _digest(letters: str) -> str:
    return sha256(letters.encode(errors="surrogatepass")).hexdigest()


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
