"""A book that came back: its parts, within the bounds of the doctor, and the blocks of its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generator.book.findings import refused
from generator.diagnostics import Diagnostic
from generator.doctor import archive, markup, package
from generator.doctor.names import W
from generator.doctor.wordfile import Part, Relationship

_PROPERTIES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_CORE: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"


@dataclass(frozen=True, slots=True)
class BookFile:
    """The file ``name``: the body of its document, its comments, its properties, who saved it last (or nothing)."""

    name: str
    body: etree._Element
    comments: tuple[etree._Element, ...]
    properties: Mapping[str, str]
    saved_by: str


def opened(name: str, content: bytes) -> tuple[BookFile | None, tuple[Diagnostic, ...]]:
    """The file of these bytes, or every reason why it cannot be read."""
    unpacked = archive.opened(name, content)
    if unpacked.entries is None or any(finding.is_error for finding in unpacked.findings):
        return None, tuple(unpacked.findings)
    parts = {entry: Part(name, entry, "", data) for entry, data in unpacked.entries.items()}
    names = {entry.lower(): entry for entry in parts}
    findings: list[Diagnostic] = []
    arrows = _relationships("", parts, names, findings)
    types = parts.get(package.CONTENT_TYPES)
    if types is not None:
        findings += markup.parsed(types)
        defaults, overrides = package.content_types(types.root)
        for part in parts.values():
            part.type = overrides.get(part.name.lower()) or defaults.get(part.name.rpartition(".")[2].lower(), "")
    main, faults = package.main_part(name, parts, arrows)
    findings += faults
    if main is None:
        return None, tuple(findings)
    arrows |= _relationships(main.name, parts, names, findings)
    root = _root(main, findings)
    body = root.find(f"{W}body") if root is not None else None
    if body is None or any(finding.is_error for finding in findings):
        lacks = refused("not-a-book", "the document has no body", None, "export the book again", name)
        return None, tuple(findings) or (lacks,)
    comments = _led_to("comments", parts, arrows, findings)
    core = _led_to("core-properties", parts, arrows, findings)
    saved = core.findtext(f"{_CORE}lastModifiedBy") if core is not None else None
    custom = _led_to("custom-properties", parts, arrows, findings)
    listed = tuple(comments.iter(f"{W}comment")) if comments is not None else ()
    return BookFile(name, body, listed, _properties(custom), saved or ""), tuple(findings)


def _root(part: Part, findings: list[Diagnostic]) -> etree._Element | None:
    if part.content.count(b"<") > archive.MAX_TAGS:
        findings.append(archive.OVERSIZED_ARCHIVE.of(f"`{part.name}` has more tags than a book can have", part.file))
        return None
    findings += markup.parsed(part)
    return part.root


def _relationships(
    source: str, parts: Mapping[str, Part], names: Mapping[str, str], findings: list[Diagnostic]
) -> dict[str, Relationship]:
    rels = parts.get(names.get(package.rels_name(source).lower(), ""))
    if rels is not None:
        findings += markup.parsed(rels)
    arrows, faults = package.relationships(source, rels, names)
    findings += faults
    return {f"{source} {id_}": arrow for id_, arrow in arrows.items()}


def _led_to(
    kind: str, parts: Mapping[str, Part], arrows: Mapping[str, Relationship], findings: list[Diagnostic]
) -> etree._Element | None:
    part = next((parts[arrow.part] for arrow in arrows.values() if arrow.kind == kind and arrow.part in parts), None)
    return _root(part, findings) if part is not None else None


def _properties(root: etree._Element | None) -> dict[str, str]:
    found = root.iter(f"{{{_PROPERTIES}}}property") if root is not None else ()
    return {str(one.get("name")): "".join(str(text) for text in one.itertext()) for one in found}


def blocks(body: etree._Element) -> Iterator[etree._Element]:
    """The blocks of the body in order, those inside wrappers that print nothing of their own instead of these."""
    for child in body:
        inner = child.find(f"{W}sdtContent") if child.tag == f"{W}sdt" else None
        if inner is not None and not tag_of(child):
            yield from blocks(inner)
        elif child.tag == f"{W}customXml":
            yield from blocks(child)
        else:
            yield child


def tag_of(control: etree._Element) -> str:
    """The tag of a content control, or nothing."""
    tag = control.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val") or "") if tag is not None else ""
