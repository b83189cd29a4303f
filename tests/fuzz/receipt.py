"""What lies beside contracts and in them: receipts, records of builds, digests of a library, the record of a proof.

Whoever edits such a file gets a finding, or it counts as absent; what is written is read back as it was.
"""

from __future__ import annotations

import shutil
import tempfile
from atexit import register
from functools import cache
from pathlib import Path
from random import Random

from lxml import etree

from generator.batch.records import (
    kept_contents,
    read_details,
    read_record,
    record_path,
    record_text,
)
from generator.doctor import receipt
from generator.doctor.wordfile import Part, WordFile
from generator.library.proof import LOCK, is_proven, proven_goals
from generator.ooxml.names import EMBEDDED_NAMESPACE
from generator.prove.lock import Lock, read_lock
from generator.workspace import Workspace
from tests.fuzz import wordfiles
from tests.fuzz.judge import check, well_formed
from tests.fuzz.mutate import mutated as mutated_bytes

LIMIT = 2.0
DEAL = "acme-2026"
WORDS = tuple(
    word.encode()
    for word in (
        "{", "}", "[", "]", '"', ":", ",", "null", "true", "false", "0", "-1", "1.5", "1e999", "NaN", "Infinity",
        '""', "[]",
        "{}", '"clauses"', '"fr"', '"en"', '"part"', '"slot"', '"id"', '"printed"', '"frame"', '"letters"', '"D01"',
        '"cap"',
        '"version"', '"deal"', '"files"', '"left"', '"beside"', '"heeds"', '"coming"', '["a.docx", 1, 2, "00"]',
        '"library"',
        '"proven"', '"failed"', '"goals"', '"seconds"', "\\ud800", "\\u0000", "\n", "[" * 1_000,
        '{"a":' * 1_000, "9" * 5_000,
    )
)  # fmt: skip


def seeds() -> list[bytes]:
    return []


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, WORDS, others)


def one(data: bytes) -> None:
    _in_a_word_file(data.decode("utf-8", "replace"))
    workspace = _folder()
    path = record_path(workspace.clauses, DEAL)
    path.write_bytes(data)
    record = read_record(workspace.clauses, DEAL)
    details = read_details(workspace.clauses, DEAL)
    if record is not None:
        check(record.id == DEAL, "the record of another deal", record)
        path.write_bytes(record_text(record, details))
        check(read_record(workspace.clauses, DEAL) == record, "read otherwise when written again", record)
    path.with_name("library-00.json").write_bytes(data)
    contents = kept_contents(workspace.clauses, "00")
    check(contents is None or isinstance(contents, dict), "no contents of a library", contents)
    (workspace.clauses / LOCK).write_bytes(data)
    lock = read_lock(workspace)
    check(isinstance(lock, Lock | None), "no record of a proof", lock)
    proven = is_proven(workspace, "00")
    check(proven in {True, False} and isinstance(proven_goals(workspace, "00", "11"), dict), "proven, or not", proven)


@cache
def _folder() -> Workspace:
    folder = Path(tempfile.mkdtemp(prefix="clausier-fuzz-"))
    register(shutil.rmtree, folder, ignore_errors=True)
    record_path(folder, DEAL).parent.mkdir()
    return Workspace(folder, folder)


@cache
def _main() -> Part:
    content = wordfiles.part("word/document.xml")
    return Part("r.docx", "word/document.xml", "", content, etree.fromstring(content))


def _in_a_word_file(text: str) -> None:
    root = etree.Element(f"{{{EMBEDDED_NAMESPACE}}}embedded", name="receipt.json")
    try:
        root.text = text
    except ValueError:
        # A character that no XML can hold.
        return
    carried = Part("r.docx", "customXml/item1.xml", "", b"", root)
    main = _main()
    file = WordFile("r.docx", {main.name: main, carried.name: carried}, {}, main, (main,))
    well_formed(receipt.check(file))
