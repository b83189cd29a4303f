"""The XML of the parts: well-formed, in an encoding that Word reads, without entities and unknown vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic, Span
from generator.doctor.findings import Check, error
from generator.doctor.names import MC, local
from generator.doctor.wordfile import Part, WordFile, without_fallbacks

MALFORMED_XML = error(
    "malformed-xml",
    "a part is not well-formed XML: a tag that is not closed, a control character, a bare `&`",
    "write the part with an XML library; control characters may not stand in a Word file, not even escaped",
)
DOCTYPE = error(
    "doctype",
    "a part has a document type declaration, by which entities are defined",
    "remove the declaration: Word refuses the file, and a reader that does not may be led to other files",
)
WRONG_ENCODING = error(
    "wrong-encoding", "a part says that it is in another encoding than UTF-8 or UTF-16", "write the part in UTF-8"
)
UNDECLARED_PREFIX = error(
    "undeclared-prefix",
    "`mc:Ignorable`, or a choice of alternatives, names a prefix that is not declared",
    "declare the namespace on the root of the part, or take the prefix out: Word refuses the file",
)
UNKNOWN_VOCABULARY = error(
    "unknown-vocabulary",
    "an element is in a namespace that Word does not know and was not told to ignore",
    "take the element out, or name its prefix in `mc:Ignorable` of the root",
)
CHECKS: tuple[Check, ...] = (MALFORMED_XML, DOCTYPE, WRONG_ENCODING, UNDECLARED_PREFIX, UNKNOWN_VOCABULARY)

_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_ENCODING: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# The namespaces of the ISO's strict format are those of Word with another address: both are read alike.
_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL: Final = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
_KNOWN: Final = (
    "{http://schemas.openxmlformats.org/",
    "{http://schemas.microsoft.com/",
    "{urn:schemas-microsoft-com:",
    "{http://www.w3.org/1998/Math/MathML}",
    "{http://www.w3.org/2003/InkML}",
    "{http://purl.oclc.org/ooxml/",
)


def is_xml(part: Part) -> bool:
    """Whether a part should be XML, by its content type or its name."""
    return part.type.endswith(("+xml", "/xml")) or part.name.lower().endswith((".xml", ".rels"))


def parsed(part: Part) -> Iterator[Diagnostic]:
    """Set the tree of a part, or say why it has none."""
    content = part.content
    if any(mark in content for mark in _DOCTYPES):
        yield DOCTYPE.of("the part has a document type declaration", part.place())
        return
    declared = _ENCODING.match(content[:200])
    encoding = declared[1].decode("ascii", "replace") if declared else "utf-8"
    if encoding.lower() not in {"utf-8", "utf8", "utf-16", "us-ascii"}:
        yield WRONG_ENCODING.of(f"the part says that it is in {encoding}", part.place())
    if _STRICT in content:
        for strict, transitional in _TRANSITIONAL:
            content = content.replace(strict, transitional)
    try:
        part.root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, LookupError, ValueError) as problem:
        line, column = getattr(problem, "position", (1, 1))
        place = Span(part.shown, line or 1, column or 1, (column or 1) + 1)
        reason = re.sub(r", line \d+, column \d+.*", "", str(problem))
        yield MALFORMED_XML.of(f"the part is not well-formed XML: {reason}", place)
        return
    if part.root.getroottree().docinfo.internalDTD is not None:
        # In an encoding in which the search above did not see it.
        part.root = None
        yield DOCTYPE.of("the part has a document type declaration", part.place())
        return
    without_fallbacks(part.root)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def check(file: WordFile) -> Iterator[Diagnostic]:
    for part in file.parts.values():
        if part.root is not None and part in file.stories:
            yield from _prefixes(part, part.root)
            yield from _vocabularies(part, part.root)


def _prefixes(part: Part, root: etree._Element) -> Iterator[Diagnostic]:
    for name in ("Ignorable", "MustUnderstand", "ProcessContent"):
        for word in (root.get(f"{MC}{name}") or "").split():
            prefix = word.partition(":")[0]
            if prefix not in root.nsmap:
                yield UNDECLARED_PREFIX.of(f"`mc:{name}` names the prefix `{prefix}`, not declared", part.place())
    for choice in part.elements(f"{MC}Choice"):
        for prefix in (choice.get("Requires") or "").split():
            if prefix not in choice.nsmap:
                message = f"a choice of alternatives requires the prefix `{prefix}`, not declared"
                yield UNDECLARED_PREFIX.of(message, part.place(choice))


def _vocabularies(part: Part, root: etree._Element) -> Iterator[Diagnostic]:
    ignorable = {root.nsmap.get(prefix) for prefix in (root.get(f"{MC}Ignorable") or "").split()}
    for tag, elements in part.tags().items():
        namespace = tag[1:].partition("}")[0] if tag.startswith("{") else ""
        if not tag.startswith(_KNOWN) and (not namespace or namespace not in ignorable):
            where = f"the namespace `{namespace}`" if namespace else "no namespace"
            yield UNKNOWN_VOCABULARY.of(f"`{local(elements[0])}` is in {where}", part.place(elements[0]))
