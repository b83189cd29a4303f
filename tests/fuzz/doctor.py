"""The doctor: any bytes come to findings, of which each has a place, and what it finds sound can be read."""

from __future__ import annotations

from collections import Counter
from random import Random

from generator.doctor import CHECKS, examine
from generator.doctor.findings import Tally
from generator.readers.docx import UnreadableWordFile, paragraphs
from tests.fuzz import wordfiles
from tests.fuzz.judge import check, well_formed

LIMIT = 5.0
_CODES = {found.code for found in CHECKS}


def seeds() -> list[bytes]:
    return [wordfiles.small()]


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return wordfiles.mutated(data, pick, others)


def one(data: bytes) -> None:
    found = examine("contract.docx", data)
    well_formed(found)
    for code, count in Counter(finding.code for finding in found).items():
        check(code in _CODES, "a check that is not listed", code)
        check(count <= Tally.LIMIT + 1, "too many findings of a check", code, count)
    for finding in found:
        place = finding.span.file if finding.span is not None else finding.file
        check(place.startswith("contract.docx"), "a place in another file", finding)
    if not any(finding.is_error for finding in found):
        try:
            paragraphs(data)
        except UnreadableWordFile as refusal:
            check("word/document.xml" in str(refusal), "found sound, and cannot be read", refusal)
