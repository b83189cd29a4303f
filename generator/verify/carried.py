"""What a Word file carries along: its deal, its resolved deal, its receipt; and what the receipt alone can tell."""

from __future__ import annotations

import datetime
import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.names import NAME, W
from generator.doctor.receipt import BROKEN_RECEIPT
from generator.doctor.wordfile import WordFile
from generator.ooxml.names import EMBEDDED_NAMESPACE, clause_bookmark
from generator.record import DEAL, RECEIPT, RESOLVED
from generator.verify.checks import CHANGED_RECORD, MOVED_TEXT

Receipt = Mapping[str, Any]

INPUTS: Final = {
    "engine": "the program",
    "library": "the library",
    "deal": "the deal",
    "provider": "the provider profile",
    "base": "the base document",
    "date_of_law": "the date of the law",
}
DEAL_INPUT: Final = INPUTS["deal"]
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Dates that follow from one beyond it may be none.
_LAST_YEAR: Final = 2200
_LANGUAGES: Final = {("fr",): "fr", ("en",): "en", ("fr", "en"): "fr+en", ("en", "fr"): "fr+en"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Carried:
    """The record inside a file. ``receipt`` is ``None`` where there is none that can be read, ``findings`` say why."""

    deal: str = ""
    resolved: str = ""
    text: str = ""
    receipt: Receipt | None = None
    findings: tuple[Diagnostic, ...] = ()

    @property
    def language(self) -> str:
        """The language of the contract as an option of a draft."""
        return _LANGUAGES[tuple(self.receipt["clauses"])] if self.receipt is not None else ""

    @property
    def date_of_law(self) -> str:
        return str(self.receipt["date_of_law"]) if self.receipt is not None else ""


def carried(file: WordFile) -> Carried:
    """The record of a file; one that is there twice, or is not as we write it, is a finding."""
    found: dict[str, list[str]] = {}
    for part in file.parts.values():
        root = part.root
        if root is not None and root.tag == f"{{{EMBEDDED_NAMESPACE}}}embedded":
            found.setdefault(root.get("name") or "", []).append(_text(root.text or "", root.get("encoding")))
    findings = [
        CHANGED_RECORD.of(f"the file carries `{name}` {len(texts)} times", file.name)
        for name, texts in found.items()
        if len(texts) > 1
    ]
    text = found.get(RECEIPT, [""])[0]
    receipt = read_receipt(text) if text else None
    deal = found.get(DEAL, [""])[0]
    if RECEIPT in found and receipt is None:
        findings.append(BROKEN_RECEIPT.of("the receipt is not as Clausier writes it", file.name))
    elif receipt is not None and sha256(deal.encode(errors="surrogatepass")).hexdigest() != receipt["deal"]["sha256"]:
        findings.append(
            CHANGED_RECORD.of("the deal that the file carries is not the one that its receipt names", file.name)
        )
    elif receipt is None and found:
        findings.append(CHANGED_RECORD.of("the file carries a deal, and its receipt was taken out", file.name))
    return Carried(deal, found.get(RESOLVED, [""])[0], text, receipt, tuple(findings))


def _text(text: str, encoding: str | None) -> str:
    if encoding != "base64":
        return text
    try:
        return b64decode(text, validate=True).decode()
    except (NotBase64, ValueError):
        return ""


def read_receipt(text: str) -> Receipt | None:
    """A receipt as our builds write it; ``None`` for anything else."""
    try:
        receipt = json.loads(text)
        entries = [entry for listed in receipt["clauses"].values() for entry in listed]
        keys = ("part", "slot", "id", "text", "printed", "approval")
        right = (
            tuple(receipt["clauses"]) in _LANGUAGES
            and all(isinstance(entry[key], str) for entry in entries for key in keys)
            and all(isinstance(digest, str) for digest in receipt["frame"])
            and all(isinstance(part, str) for part in receipt["letters"])
            and all(_DIGEST.fullmatch(receipt[name]["sha256"]) for name in ("engine", "library", "deal", "provider"))
            and isinstance(receipt["base"]["sha256"], str)
            and _is_date(receipt["date_of_law"])
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return receipt if right else None


def _is_date(text: str) -> bool:
    """Whether a contract may be of this day: one of the calendar, in the years in which law is counted."""
    return _DATE.fullmatch(text) is not None and datetime.date.fromisoformat(text).year < _LAST_YEAR


def other_inputs(one: Receipt, other: Receipt) -> tuple[str, ...]:
    """What two contracts were made of that is not the same, in words."""
    return tuple(name for key, name in INPUTS.items() if _input(one[key]) != _input(other[key]))


def _input(value: Any) -> Any:
    return value["sha256"] if isinstance(value, dict) else value


def same_words(one: Receipt, other: Receipt) -> bool:
    """Whether two receipts say that the same was printed."""
    return _printed(one) == _printed(other) and set(one["frame"]) == set(other["frame"])


def _printed(receipt: Receipt) -> list[tuple[str, str, str]]:
    return [
        (entry["part"], entry["slot"], entry["printed"]) for listed in receipt["clauses"].values() for entry in listed
    ]


def other_clauses(one: Receipt, other: Receipt) -> tuple[str, ...]:
    """The slots of which two receipts do not say the same."""
    mine, theirs = _printed(one), _printed(other)
    wrong = {slot for _, slot, _ in set(mine) ^ set(theirs)}
    return tuple(dict.fromkeys(slot for _, slot, _ in (*mine, *theirs) if slot in wrong))


def order(file: WordFile, receipt: Receipt) -> Iterator[Diagnostic]:
    """Clauses that stand in another order than the receipt has them."""
    first = next(iter(receipt["clauses"].values()))
    names = {clause_bookmark(entry["slot"]): entry for entry in first}
    starts: dict[str, etree._Element] = {}
    for start in file.main.elements(f"{W}bookmarkStart"):
        if (start.get(NAME) or "") in names:
            starts.setdefault(start.get(NAME) or "", start)
    found = list(starts)
    built = [name for name in names if name in starts]
    for kind, i1, i2, _, _ in SequenceMatcher(None, built, found, autojunk=False).get_opcodes():
        for name in built[i1:i2] if kind in {"delete", "replace"} else ():
            entry = names[name]
            message = f"the clause `{entry['slot']}` ({entry['id']}, {entry['part']}) stands elsewhere"
            yield MOVED_TEXT.of(message, file.main.place(starts[name]))
