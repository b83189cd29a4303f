"""Whether a file is as it was built, in one word, with every edit and with what it was compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from generator.batch.make import recorded_ids
from generator.batch.records import FOLDER, Record, read_record
from generator.diagnostics import Diagnostic, Note, Report, Severity, Span
from generator.doctor import opened
from generator.doctor import receipt as receipts
from generator.doctor.findings import Tally, shortened
from generator.doctor.wordfile import WordFile
from generator.outputs import FORMATS, Form, Output, outputs
from generator.record import RESOLVED
from generator.verify.carried import DEAL_INPUT, Carried, carried, order, other_clauses, other_inputs, same_words
from generator.verify.checks import (
    CHANGED_RECORD,
    CHANGED_TEXT,
    FORGED_RECEIPT,
    NOT_COMPARED,
    NOT_OURS,
    OTHER_BYTES,
    OTHER_DEAL,
    OTHER_STATE,
    SAVED_ELSEWHERE,
    TRACKED_CHANGE,
    UNVERIFIABLE,
)
from generator.verify.compare import Comparison
from generator.verify.frame import around, doubtful, told, unproven
from generator.verify.reading import Reading, reading
from generator.verify.witness import Request, Witness, as_built, kept_receipt, names_of, rebuilt
from generator.workspace import WorkspaceError, shown_path

State = Literal["untouched", "edited", "forged", "not ours", "unverifiable"]
# Said of each witness, the strongest first.
RECORD: Final = "the record of the build: byte for byte"
FRESH: Final = "the contract built again from the deal that was given"
AGAIN: Final = "the contract built again from the deal that the file carries"
RECEIPT_KEPT: Final = "the receipt that was kept"
RECEIPT: Final = "the receipt in the file alone, which shows mistakes and no forgery"
_FORGED: Final = frozenset({FORGED_RECEIPT.code, CHANGED_RECORD.code, OTHER_DEAL.code, receipts.BROKEN_RECEIPT.code})
_WORD: Final = (".docx", ".docm", ".dotx")
_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """``witnesses`` are what the file was compared with; ``findings`` name every difference."""

    file: str
    state: State
    findings: tuple[Diagnostic, ...]
    witnesses: tuple[str, ...] = ()


def verified(path: Path | None, name: str, content: bytes, request: Request) -> Verdict:
    """Judge a file of a pack; ``path`` is where it lies, for what may lie beside it.

    Raises ``WorkspaceError`` where what the user asked to compare with cannot be read.
    """
    recorded = _recorded(path, name, content, request)
    if recorded is True:
        return Verdict(name, "untouched", (), (RECORD,))
    if Path(name).suffix.lower() in _WORD or content.startswith(b"PK\x03\x04"):
        return _word(path, name, content, request, recorded)
    return _other(path, name, content, request, recorded)


# ---- the record of a build


def _recorded(path: Path | None, name: str, content: bytes, request: Request) -> bool | None:
    """Whether these are the bytes that a build recorded; ``None`` where no build says anything of the file."""
    digest = sha256(content).hexdigest()
    base = Path(name).name
    known = [file for record in _records(path, request) for file in record.files if file.name == base]
    if request.record is not None and request.record.suffix != ".json" and not known:
        reason = f"no build recorded a file named `{base}` there"
        raise WorkspaceError(str(request.record), reason, "name the folder of packs, or the record of its deal")
    return any(file.sha256 == digest for file in known) if known else None


def _records(path: Path | None, request: Request) -> Iterator[Record]:
    """The records beside the pack, or those that the user names."""
    named = request.record
    if named is not None and named.suffix != ".json":
        folder = named.parent.parent if named.suffix == ".jsonl" else named.parent if named.name == FOLDER else named
        ids = (named.stem,) if named.suffix == ".jsonl" else recorded_ids(folder)
    elif path is not None:
        folder, ids = path.absolute().parent.parent, (path.absolute().parent.name,)
    else:
        return
    yield from (record for id_ in ids if (record := read_record(folder, id_)) is not None)


# ---- Word files


def _word(path: Path | None, name: str, content: bytes, request: Request, recorded: bool | None) -> Verdict:
    file, opening = opened(name, content)
    if file is None or file.main.root is None:
        broken = tuple(finding for finding in opening if finding.is_error)
        return Verdict(name, "unverifiable", broken or (UNVERIFIABLE.of("no text can be read in the file", name),))
    held = carried(file)
    if held.receipt is None and not held.findings and request.against is None and request.record is None:
        return Verdict(name, "not ours", (NOT_OURS.of("the file carries no receipt", name),))
    tally = Tally(name)
    witnesses = []
    for finding in (*held.findings, *doubtful(file, opening)):
        tally.add(finding)
    found = reading(file)
    trusted = kept_receipt(request.record) if request.record is not None and request.record.suffix == ".json" else ""
    if trusted and held.receipt is not None and json.loads(trusted) != held.receipt:
        tally.add(FORGED_RECEIPT.of("the receipt in the file is not the one that was kept", name))
    if recorded is False and request.record is not None:
        tally.add(NOT_COMPARED.of("its bytes are not those of the record, so that only its words are compared", name))
    witness = rebuilt(held, request, path)
    faithful = witness if not isinstance(witness, str) else None
    if isinstance(witness, str):
        tally.add(NOT_COMPARED.of(f"it is not compared word for word: {witness}", name))
    elif held.receipt is not None:
        differences, says_it = _receipt_of(held, witness, request, name)
        for finding in differences:
            tally.add(finding)
        if not says_it:
            tally.add(NOT_COMPARED.of("it is not compared word for word with what would be built here", name))
            faithful = None
    if faithful is not None:
        witnesses.append(FRESH if request.against is not None else AGAIN)
        built = as_built(faithful, file, found)
        edits = Comparison(built.lines, found.lines, names_of(faithful.draft), name).edits()
        for finding in (*edits, *around(built, found, name)):
            tally.add(finding)
    if faithful is None or trusted:
        witnesses.append(RECEIPT_KEPT if trusted else RECEIPT)
        for finding in _by_receipt(file, found, trusted or held.text, held):
            tally.add(finding)
    findings = Report.of(tally.all()).diagnostics
    state = _state(findings)
    if state == "untouched" and (program := _saved_by(file)):
        findings = (*findings, SAVED_ELSEWHERE.of(f"{program} saved the file since it was built", name))
    if held.receipt is None and faithful is None and not trusted and state == "untouched":
        return Verdict(name, "not ours", (NOT_OURS.of("the file carries no receipt", name), *findings))
    return Verdict(name, state, findings, tuple(witnesses))


def _receipt_of(held: Carried, witness: Witness, request: Request, name: str) -> tuple[list[Diagnostic], bool]:
    """Whether the receipt in the file is the one that its deal and the library make, and whether the witness says what
    was built: with another library or program it does where both receipts have the same words, or the user asks for it.
    """
    assert held.receipt is not None
    found = []
    others = list(other_inputs(held.receipt, witness.receipt))
    same = same_words(held.receipt, witness.receipt)
    if request.against is not None and DEAL_INPUT in others:
        others.remove(DEAL_INPUT)
        found.append(OTHER_DEAL.of(f"the file was not built from `{shown_path(request.against)}` as it is now", name))
    elif others == [] and not same:
        slots = other_clauses(held.receipt, witness.receipt)
        which = ", ".join(f"`{slot}`" for slot in slots[:_LISTED]) + (" …" if len(slots) > _LISTED else "")
        about = f"of {which}" if slots else "of what stands around the clauses"
        found.append(FORGED_RECEIPT.of(f"the receipt has other digests {about} than deal and library make", name))
    elif others == [] and held.receipt != witness.receipt:
        found.append(FORGED_RECEIPT.of("the receipt is not the one that deal and library make", name))
    elif others == [] and _values(held.resolved) != _values(witness.files[RESOLVED].decode()):
        message = "the resolved deal that the file carries is not the one that its deal makes"
        found.append(CHANGED_RECORD.of(message, name))
    if others:
        told = "prints the same" if same else "does not print the same"
        message = f"it was built with another state of {', '.join(others)}, which {told}"
        found.append(OTHER_STATE.of(message, name))
    return found, same or not others or request.against is not None


def _values(resolved: str) -> list[str]:
    """The values alone: where each comes from names files as seen from the deal that was built."""
    return [line.partition("  # ")[0] for line in resolved.splitlines()]


def _by_receipt(file: WordFile, found: Reading, receipt: str, held: Carried) -> Iterator[Diagnostic]:
    """What digests and the file itself show: no old words, no blanks, no numbers of lists, no looks but hidden ones."""
    if receipt:
        for finding in receipts.judged(file, receipt):
            yield replace(finding, severity=Severity.ERROR)
        yield from order(file, json.loads(receipt)) if held.receipt is not None else ()
    yield from unproven(file)
    yield from told(found)
    for line in found.lines:
        for kind, author, words in line.revisions:
            message = f"{author or 'somebody'} {kind} “{shortened(words)}” as a tracked change"
            yield TRACKED_CHANGE.of(message, line.place)


def _saved_by(file: WordFile) -> str:
    part = file.of_package("extended-properties")
    names = part.root.iterfind("{*}Application") if part is not None and part.root is not None else ()
    programs = ((name.text or "").partition("$")[0] for name in names)
    return next((program for program in programs if not program.startswith("Clausier")), "")


def _state(findings: Sequence[Diagnostic]) -> State:
    codes = {finding.code for finding in findings if finding.is_error}
    if codes & _FORGED:
        return "forged"
    return "edited" if codes else "untouched"


# ---- other files


def _other(path: Path | None, name: str, content: bytes, request: Request, recorded: bool | None) -> Verdict:
    """A file that carries no receipt which we read: its bytes against a record or a fresh build."""
    format_ = Path(name).suffix.lower().lstrip(".")
    fresh = _fresh(path, format_, request) if request.against is not None and format_ != "pdf" else ()
    here = next((output for output in fresh if output.name == Path(name).name), None)
    if here is not None:
        if here.content == content:
            return Verdict(name, "untouched", (), (FRESH,))
        return Verdict(name, "edited", (_difference(name, here.content, content),), (FRESH,))
    if recorded is False:
        return Verdict(name, "edited", (OTHER_BYTES.of("the bytes are not those of the build", name),), (RECORD,))
    if format_ == "pdf":
        why = "the words of a PDF are not compared"
    elif request.against is not None:
        why = "no file of the pack has this name"
    else:
        why = f"a file of the format `{format_}` carries no receipt"
    return Verdict(name, "unverifiable", (UNVERIFIABLE.of(f"the file cannot be verified: {why}", name),))


def _fresh(path: Path | None, format_: str, request: Request) -> tuple[Output, ...]:
    witness = rebuilt(Carried(), request, path)
    if isinstance(witness, str):
        return ()
    formats = (format_,) if format_ in FORMATS else ()
    both = (outputs(witness.draft, Form(formats, bound)) for bound in (True, False))
    return tuple({output.name: output for made in both for output in made}.values())


def _difference(name: str, built: bytes, found: bytes) -> Diagnostic:
    """The first lines that differ, at the first of them."""
    before, after = (content.decode(errors="replace").splitlines() for content in (built, found))
    at = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
              min(len(before), len(after)))  # fmt: skip
    line = after[at] if at < len(after) else ""
    changes = [line for line in unified_diff(before, after, lineterm="", n=0) if line[:1] in "+-"][2:]
    notes = tuple(Note(shortened(change, 120)) for change in changes[:_LISTED])
    told = CHANGED_TEXT.of(f"{len(changes)} lines are not as built", Span(name, at + 1, 1, max(2, len(line) + 1), line))
    return replace(told, notes=notes)
