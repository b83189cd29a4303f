"""The zip file around the parts: whether it is one, whole, of a bearable size, each name once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, warning
from generator.ooxml.archive import DAMAGE

NOT_A_WORD_FILE = error(
    "not-a-word-file",
    "the bytes are not a Word file of today's format (.docx, .docm, .dotx)",
    "save the document as .docx in the program that it comes from",
)
ENCRYPTED_FILE = error(
    "encrypted-file",
    "the file is encrypted, or in the binary format of Word before 2007",
    "open it in Word with its password and save it as .docx without one",
)
TRUNCATED_ARCHIVE = error(
    "truncated-archive", "the end of the file is missing", "copy or download the file again, from a whole original"
)
DAMAGED_PART = error(
    "damaged-part",
    "a part cannot be unpacked: its checksum or its compression is wrong",
    "take the file again from a whole original; Word may offer to repair it",
)
OVERSIZED_ARCHIVE = error(
    "oversized-archive",
    "the file unpacks to more than a contract can hold (a zip bomb, or very large pictures)",
    "do not open a file of unknown origin; make the pictures smaller in one of yours",
)
DUPLICATE_PART = error(
    "duplicate-part",
    "two entries of the archive have one name, or names that differ in case alone",
    "write each part once: Word refuses the file or reads another part than you see",
)
UNSAFE_PART_NAME = warning(
    "unsafe-part-name",
    "the name of an entry leads out of the archive, or no part may have it",
    "do not unpack the file by hand; write it again with names such as word/document.xml",
)
CHECKS: tuple[Check, ...] = (
    NOT_A_WORD_FILE,
    ENCRYPTED_FILE,
    TRUNCATED_ARCHIVE,
    DAMAGED_PART,
    OVERSIZED_ARCHIVE,
    DUPLICATE_PART,
    UNSAFE_PART_NAME,
)

MAX_ENTRIES: Final = 4096
MAX_PART: Final = 64 << 20
MAX_TOTAL: Final = 256 << 20
# The text of a contract deflates to about a tenth, a table of empty cells to a hundredth; below a MiB no ratio harms.
MAX_RATIO: Final = 300
HARMLESS: Final = 1 << 20
# A tag of six bytes becomes hundreds of bytes of memory; a contract of 27,000 words has 100,000 tags.
MAX_TAGS: Final = 2_000_000

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_FLAG: Final = 1
# An OpenDocument begins with its type, uncompressed, under this name (OpenDocument 1.3, part 2, 3.3).
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument"
_FIRST_NAME: Final = 30


@dataclass(slots=True)
class Archive:
    """The entries that could be unpacked, by their name in the archive, and what is wrong with the others.

    ``entries`` is ``None`` where there is nothing to look into.
    """

    entries: dict[str, bytes] | None = None
    findings: list[Diagnostic] = field(default_factory=list)


def opened(name: str, content: bytes) -> Archive:
    """Unpack a Word file within bounds; ``name`` is the file's, for the findings."""
    archive = Archive()
    if (refusal := _refusal(content)) is not None:
        check, reason = refusal
        archive.findings.append(check.of(reason, name))
        return archive
    try:
        with ZipFile(BytesIO(content)) as package:
            infos = [info for info in package.infolist() if not info.filename.endswith("/")]
            archive.findings.extend(_sizes(name, infos))
            if not archive.findings:
                archive.findings.extend(_names(name, infos))
                archive.entries = {}
                taken: set[str] = set()
                for info in infos:
                    # Of two entries with one name the first counts: that is what Word reads, where it reads the file.
                    if info.filename.casefold() not in taken:
                        taken.add(info.filename.casefold())
                        _unpack(name, package, info, archive)
    except DAMAGE as problem:
        archive.entries = None
        reason = f"the list of its parts cannot be read ({_said(problem)})"
        archive.findings.append(TRUNCATED_ARCHIVE.of(reason, name))
    return archive


def _refusal(content: bytes) -> tuple[Check, str] | None:
    if content.startswith(_OLE):
        return ENCRYPTED_FILE, "the file is an OLE container: an encrypted document, or one of Word before 2007"
    if not content.startswith(b"PK\x03\x04"):
        what = "empty" if not content else "no zip archive, which every .docx is"
        return NOT_A_WORD_FILE, f"the file is {what}"
    if content.startswith(_OPEN_DOCUMENT, _FIRST_NAME):
        return NOT_A_WORD_FILE, "the file is an OpenDocument (.odt)"
    if b"PK\x05\x06" not in content[-(65536 + 22) :]:
        return TRUNCATED_ARCHIVE, "the archive has no list of its parts: its end is missing"
    return None


def _sizes(name: str, infos: list[ZipInfo]) -> Iterator[Diagnostic]:
    if len(infos) > MAX_ENTRIES:
        yield OVERSIZED_ARCHIVE.of(f"the archive holds {len(infos)} entries, the most are {MAX_ENTRIES}", name)
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL:
        yield OVERSIZED_ARCHIVE.of(f"the archive unpacks to {total >> 20} MiB, the most are {MAX_TOTAL >> 20}", name)
    for info in infos:
        if info.file_size > MAX_PART:
            yield OVERSIZED_ARCHIVE.of(
                f"`{info.filename}` unpacks to {info.file_size >> 20} MiB, the most are {MAX_PART >> 20}", name
            )
        elif info.file_size > HARMLESS and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            ratio = info.file_size // max(info.compress_size, 1)
            yield OVERSIZED_ARCHIVE.of(f"`{info.filename}` unpacks to {ratio} times its size", name)


def _names(name: str, infos: list[ZipInfo]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for info in infos:
        entry = info.filename
        other = seen.get(entry.casefold())
        if other == entry:
            yield DUPLICATE_PART.of(f"the archive holds `{entry}` more than once", name)
        elif other is not None:
            yield DUPLICATE_PART.of(f"`{entry}` and `{other}` differ in case alone", name)
        seen[entry.casefold()] = entry
        if entry.startswith("/") or "\\" in entry or ":" in entry or ".." in entry.split("/"):
            yield UNSAFE_PART_NAME.of(f"the archive holds an entry named `{entry}`", name)


def _unpack(name: str, package: ZipFile, info: ZipInfo, archive: Archive) -> None:
    assert archive.entries is not None
    if info.flag_bits & _ENCRYPTED_FLAG:
        archive.findings.append(ENCRYPTED_FILE.of(f"`{info.filename}` is encrypted", name))
    elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        reason = f"`{info.filename}` is compressed by method {info.compress_type}, which Word does not read"
        archive.findings.append(DAMAGED_PART.of(reason, name))
    else:
        try:
            archive.entries[info.filename] = package.read(info)
        except DAMAGE as problem:
            archive.findings.append(DAMAGED_PART.of(f"`{info.filename}` cannot be unpacked ({_said(problem)})", name))


def _said(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:120] or type(problem).__name__
