"""The parts of a base document, out of its archive: bounded, and refused where they hold what no letterhead needs."""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from generator.diagnostics import Diagnostic, Severity

LARGEST_FILE: Final = 8 * 1024 * 1024
_LARGEST_CONTENT: Final = 32 * 1024 * 1024
_MOST_PARTS: Final = 400
_MOST_TAGS: Final = 100_000
# XML that Word writes shrinks eight to thirty times; a part that swells more than this is made to fill a memory.
_SWELLING: Final = 300
_SMALL: Final = 64 * 1024
_ENCRYPTED_OR_OLD: Final = b"\xd0\xcf\x11\xe0"
_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DOCUMENT_KIND: Final = "/officeDocument"
_LEADS_OUT: Final = re.compile(r"\A[/\\]|\A[A-Za-z]:|(?:\A|[/\\])\.\.(?:[/\\]|\Z)|\\")
_LINK: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(r"(?:https?|ftp):|\\\\|//(?!/)|file://(?!/)", re.IGNORECASE)

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# LibreOffice and Word both write the transitional names; the strict ones of ISO 29500 are another language.
_STRICT: Final = b"http://purl.oclc.org/ooxml/"


class Refused(Exception):
    """The base cannot be used; ``diagnostic`` says why and what to do."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a part: what the identifier leads to, as a part of the package or as an address."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Base:
    """The parts of a base document by name, and the name of its main part."""

    name: str
    parts: Mapping[str, bytes]
    document: str

    def tree(self, part: str) -> etree._Element:
        """A part as XML. Raises ``Refused`` where it is none."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        content = self.parts.get(part, b"")
        if _tags(content) > _MOST_TAGS:
            raise refused(self.name, "base-unreadable", f"its part `{part}` holds more than a letterhead can")
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise refused(self.name, "base-unreadable", f"its part `{part}` cannot be read") from error
        # Asked of the tree: in UTF-16 the letters of the declaration are other bytes.
        if root.getroottree().docinfo.internalDTD is not None:
            raise refused(self.name, "base-unreadable", f"its part `{part}` declares a document type")
        return root

    def joined(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by identifier; none where it has no list of them."""
        folder, _, file = part.rpartition("/")
        listing = f"{folder}/_rels/{file}.rels".lstrip("/")
        if listing not in self.parts:
            return {}
        return {str(entry.get("Id")): _relationship(entry, folder) for entry in self.tree(listing).iter(_RELATIONSHIP)}

    def part_of(self, kind: str) -> str:
        """The name of the part that the main part joins under this kind (``styles``, ``theme``); empty for none."""
        found = (one for one in self.joined(self.document).values() if one.kind.endswith(f"/{kind}"))
        target = next((one.target for one in found if not one.external), "")
        return target if target in self.parts else ""


def _relationship(entry: etree._Element, folder: str) -> Relationship:
    target = str(entry.get("Target", ""))
    if entry.get("TargetMode") == "External":
        return Relationship(str(entry.get("Type")), target, True)
    path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relationship(str(entry.get("Type")), path, False)


def refused(
    name: str, code: str, message: str, help_: str = "save it again as .docx, in Word or LibreOffice"
) -> Refused:
    """A refusal of the base with this name in findings."""
    whole = f"the base document cannot be used: {message}"
    return Refused(Diagnostic(code, Severity.ERROR, whole, None, help_, file=name))


def unpacked(name: str, content: bytes) -> Base:
    """The parts of a base document. Raises ``Refused`` for what is no plain Word document, or holds a program."""
    if content.startswith(_ENCRYPTED_OR_OLD):
        message = "it is protected by a password, or a .doc of Word 97"
        raise refused(name, "base-encrypted", message, "take the password away, and save it as .docx")
    if not content:
        raise refused(name, "base-unreadable", "it is empty")
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = [entry.filename for entry in entries]
            if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
                raise refused(name, "base-unreadable", "it is packed in a way that Word does not know")
            whole = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_PARTS or whole > _LARGEST_CONTENT or any(map(_swells, entries)):
                raise refused(name, "base-unreadable", "it unpacks to more than a letterhead can hold")
            if len({entry.casefold() for entry in names}) != len(names):
                raise refused(name, "base-unreadable", "two of its parts have one name")
            if any(_LEADS_OUT.search(entry) for entry in names):
                raise refused(name, "base-unreadable", "the name of one of its parts leads out of it")
            if any(entry.flag_bits & 1 for entry in entries):
                raise refused(name, "base-encrypted", "its parts are encrypted", "take the password away")
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except _UNREADABLE as error:
        raise refused(name, "base-unreadable", "it is no Word document (.docx)") from error
    return based(name, parts)


# What a torn or made-up archive makes the reading of it raise; a name that is no UTF-8 is a `ValueError`.
_UNREADABLE: Final = (BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, OSError, ValueError)


def _swells(entry: ZipInfo) -> bool:
    return entry.file_size > max(_SMALL, _SWELLING * entry.compress_size)


def _tags(content: bytes) -> int:
    """How many tags a part may have, without reading it; no part has more elements than that, in any encoding."""
    return content.count(b"<")


def based(name: str, parts: Mapping[str, bytes]) -> Base:
    """These parts as a base document. Raises ``Refused`` as ``unpacked`` does."""
    if "word/vbaProject.bin" in parts or b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise refused(name, "base-macro", "it carries macros", "save it as .docx, without macros")
    if sum(_tags(content) for part, content in parts.items() if part.endswith((".xml", ".rels"))) > _MOST_TAGS:
        raise refused(name, "base-unreadable", "it holds more than a letterhead can")
    root = Base(name, parts, "")
    main = next((one.target for one in root.joined("").values() if one.kind.endswith(_DOCUMENT_KIND)), "")
    if main not in parts:
        raise refused(name, "base-unreadable", "it is no Word document (.docx)")
    if _STRICT in parts[main][:4096]:
        help_ = "in Word, save it as `Word document (.docx)`, not as `Strict Open XML document`"
        raise refused(name, "base-unreadable", "it is saved as Strict Open XML", help_)
    base = Base(name, parts, main)
    if base.tree(main).find(f"{W}body") is None or not base.part_of("styles"):
        raise refused(name, "base-unreadable", "it is no Word document (.docx)")
    return base


# ---- what reaches outside


def outside(base: Base) -> Iterator[Diagnostic]:
    """Whatever the relationships of the base would fetch from elsewhere: templates, pictures, parts."""
    for part in sorted(base.parts):
        if part.endswith(".rels"):
            owner = part.replace("_rels/", "").removesuffix(".rels")
            for one in base.joined(owner).values():
                if one.external and not (one.kind.endswith("/hyperlink") and _LINK.match(one.target)):
                    yield _fetched(base.name, one)


def _fetched(name: str, one: Relationship) -> Diagnostic:
    what = one.kind.rpartition("/")[2]
    if what == "attachedTemplate" and not _ELSEWHERE.match(one.target):
        message = f"it is tied to a template on a computer (`{one.target}`), which no contract takes along"
        return Diagnostic("base-external", Severity.INFO, message, None, "nothing to do", file=name)
    kind = {"attachedTemplate": "a template", "image": "a picture"}.get(what, f"a part of the kind `{what}`")
    message = f"the base document fetches {kind} from elsewhere: `{one.target[:120]}`"
    help_ = "put the picture itself into the document (Insert, Picture, not linked); detach the template"
    return Diagnostic("base-external", Severity.ERROR, message, None, help_, file=name)
