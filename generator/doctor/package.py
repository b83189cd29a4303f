"""The parts and the arrows between them: content types, relationships, the identifiers that the XML uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.archive import NOT_A_WORD_FILE
from generator.doctor.findings import Check, error, remark
from generator.doctor.names import PACKAGE, RELATIONSHIPS, TYPES, R, W, local
from generator.doctor.wordfile import Part, Relationship, WordFile, kind_of, resolved

MISSING_CONTENT_TYPES = error(
    "missing-content-types",
    "the package has no readable `[Content_Types].xml`",
    "write the list of content types: Word refuses a package without it",
)
UNTYPED_PART = error(
    "untyped-part",
    "a part has no content type",
    "add an `Override` for the part, or a `Default` for its extension, to `[Content_Types].xml`",
)
WRONG_CONTENT_TYPE = error(
    "wrong-content-type",
    "the content type of a part is not that of the relationship that leads to it",
    "give the part its own content type in `[Content_Types].xml`",
)
MISSING_PART = error(
    "missing-part",
    "a relationship leads to a part that is not in the file",
    "write the part, or take the relationship and what uses it out",
)
DUPLICATE_RELATIONSHIP = error(
    "duplicate-relationship",
    "two relationships of one part have one identifier",
    "give every relationship of a part an identifier of its own",
)
UNKNOWN_RELATIONSHIP = error(
    "unknown-relationship",
    "an element uses the identifier of a relationship that its part does not have",
    "add the relationship to the part's .rels, or take the element out",
)
WRONG_RELATIONSHIP = error(
    "wrong-relationship",
    "a relationship is of another kind than the element that uses it",
    "point the element to a relationship of its own kind",
)
UNREACHABLE_PART = remark(
    "unreachable-part",
    "no relationship leads to a part: Word does not read it and drops it when it saves",
    "take the part out, or add the relationship that was forgotten",
)
CHECKS: tuple[Check, ...] = (
    MISSING_CONTENT_TYPES,
    UNTYPED_PART,
    WRONG_CONTENT_TYPE,
    MISSING_PART,
    DUPLICATE_RELATIONSHIP,
    UNKNOWN_RELATIONSHIP,
    WRONG_RELATIONSHIP,
    UNREACHABLE_PART,
)

CONTENT_TYPES: Final = "[Content_Types].xml"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_MAIN: Final = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml",
                "ms-word.document.macroEnabled.main+xml", "ms-word.template.macroEnabledTemplate.main+xml")  # fmt: skip
# The content type that goes with the kind of a relationship, where there is one alone.
_TYPES: Final = {
    **{kind: f"{_WORD}{kind}+xml" for kind in ("styles", "numbering", "settings", "header", "footer", "comments",
                                                "footnotes", "endnotes", "fontTable", "webSettings")},
    "core-properties": "application/vnd.openxmlformats-package.core-properties+xml",
    "custom-properties": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}  # fmt: skip
_KINDS: Final = {
    f"{W}headerReference": "header",
    f"{W}footerReference": "footer",
    f"{W}hyperlink": "hyperlink",
    f"{W}altChunk": "aFChunk",
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip": "image",
    "{urn:schemas-microsoft-com:vml}imagedata": "image",
}
_USERS: Final = etree.XPath("//*[@r:*]", namespaces={"r": RELATIONSHIPS})


def content_types(root: etree._Element | None) -> tuple[dict[str, str], dict[str, str]]:
    """Content types by extension and by part; names in lower case, since they do not differ by case."""
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for entry in root if root is not None else ():
        type_ = entry.get("ContentType") or ""
        if entry.tag == f"{TYPES}Default":
            defaults[(entry.get("Extension") or "").lower()] = type_
        elif entry.tag == f"{TYPES}Override":
            overrides[(entry.get("PartName") or "").lstrip("/").lower()] = type_
    return defaults, overrides


def relationships(
    source: str, rels: Part | None, names: Mapping[str, str]
) -> tuple[dict[str, Relationship], list[Diagnostic]]:
    """The relationships of a part (empty name: of the package) by identifier.

    ``names`` gives the name of each part by that in lower case: names of parts do not differ by case.
    """
    found: dict[str, Relationship] = {}
    findings = []
    for entry in rels.root if rels is not None and rels.root is not None else ():
        if entry.tag != f"{PACKAGE}Relationship" or rels is None:
            continue
        id_, target = entry.get("Id") or "", entry.get("Target") or ""
        external = (entry.get("TargetMode") or "").lower() == "external"
        # Word writes the target NULL for a picture that was lost.
        part = "" if external or target == "NULL" else resolved(source, target)
        if id_ in found:
            findings.append(DUPLICATE_RELATIONSHIP.of(f"two relationships have the id `{id_}`", rels.place(entry)))
        part = names.get(part.lower(), part)
        found.setdefault(id_, Relationship(id_, kind_of(entry.get("Type") or ""), target, external, part))
    return found, findings


def rels_name(name: str) -> str:
    """The part that holds the relationships of a part; those of the package have the empty name."""
    folder, _, base = name.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def main_part(
    name: str, parts: dict[str, Part], arrows: dict[str, Relationship]
) -> tuple[Part | None, list[Diagnostic]]:
    """The document that the package is about."""
    arrow = next((arrow for arrow in arrows.values() if arrow.kind == "officeDocument"), None)
    if arrow is None:
        return None, [NOT_A_WORD_FILE.of("no relationship of the package leads to a document", name)]
    part = parts.get(arrow.part)
    if part is None:
        return None, [MISSING_PART.of(f"the document `{arrow.part}` is not in the file", name)]
    if part.type and not part.type.endswith(_MAIN):
        return None, [NOT_A_WORD_FILE.of(f"`{part.name}` is of the type `{part.type}`, no document of Word", name)]
    if part.root is not None and part.root.tag != f"{W}document":
        return None, [NOT_A_WORD_FILE.of(f"the root of `{part.name}` is `{local(part.root)}`, not w:document", name)]
    return part, []


def check(file: WordFile) -> Iterator[Diagnostic]:
    yield from _types(file)
    yield from _arrows(file)
    for part in file.parts.values():
        if part.root is not None and part.name.startswith(("word/", file.main.name)):
            yield from _uses(part, part.root)
    yield from _unreachable(file)


def _types(file: WordFile) -> Iterator[Diagnostic]:
    for part in file.parts.values():
        if not part.type and CONTENT_TYPES in file.parts and part.name != CONTENT_TYPES:
            yield UNTYPED_PART.of(f"`{part.name}` has no content type", file.name)
    for arrow in [*file.relationships.values(), *file.main.relationships.values()]:
        target = file.parts.get(arrow.part)
        expected = _TYPES.get(arrow.kind)
        if target is not None and expected is not None and target.type not in {"", expected}:
            message = f"`{target.name}`, the {arrow.kind} of the file, is declared as `{target.type}`"
            yield WRONG_CONTENT_TYPE.of(message, file.name)


def _arrows(file: WordFile) -> Iterator[Diagnostic]:
    sources = [("the package", file.relationships), *((f"`{p.name}`", p.relationships) for p in file.parts.values())]
    for source, arrows in sources:
        for arrow in arrows.values():
            if arrow.part and arrow.part not in file.parts:
                yield MISSING_PART.of(f"`{arrow.id}` of {source} leads to `{arrow.part}`, not in the file", file.name)


def _uses(part: Part, root: etree._Element) -> Iterator[Diagnostic]:
    for element in _users(root):
        for name, value in element.attrib.items():
            if value and str(name).startswith(R):
                yield from _used(part, element, str(value))


def _users(root: etree._Element) -> list[etree._Element]:
    """The elements with an attribute that names a relationship."""
    found = _USERS(root)
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _used(part: Part, element: etree._Element, id_: str) -> Iterator[Diagnostic]:
    arrow = part.relationships.get(id_)
    if arrow is None:
        message = f"{local(element)} uses the relationship `{id_}`, which the part does not have"
        yield UNKNOWN_RELATIONSHIP.of(message, part.place(element))
    elif (expected := _KINDS.get(str(element.tag))) is not None and arrow.kind != expected:
        message = f"{local(element)} uses `{id_}`, a relationship of the kind {arrow.kind}, not {expected}"
        yield WRONG_RELATIONSHIP.of(message, part.place(element))


def _unreachable(file: WordFile) -> Iterator[Diagnostic]:
    reached = {arrow.part for arrow in file.relationships.values()}
    waiting = list(reached)
    while waiting:
        part = file.parts.get(waiting.pop())
        for arrow in part.relationships.values() if part is not None else ():
            if arrow.part not in reached:
                reached.add(arrow.part)
                waiting.append(arrow.part)
    for name in file.parts:
        if name not in reached and not name.lower().endswith(".rels") and name != CONTENT_TYPES:
            yield UNREACHABLE_PART.of(f"no relationship leads to `{name}`", file.name)
