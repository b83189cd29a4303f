"""What a file does, or may do, behind the reader's back: macros, outside content, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, shortened, warning
from generator.doctor.names import OFFICE, W, integer, is_on, printed, val
from generator.doctor.wordfile import Part, WordFile

EXTERNAL_TEMPLATE = warning(
    "external-template",
    "the file loads its template from another place when it is opened",
    "detach the template (Developer > Document Template): it may bring macros",
)
EXTERNAL_CONTENT = warning(
    "external-content",
    "a picture, an object or a text is loaded from another place when the file is opened",
    "put the content into the file: it may change after the signature, and its loading tells who reads",
)
DANGEROUS_LINK = warning(
    "dangerous-link",
    "a link leads to a local file, a share or a script",
    "take the link out, or let it lead to an address that begins with https",
)
MACROS = warning("macros", "the file holds macros", "save it as .docx: a contract needs no program")
EMBEDDED_OBJECT = warning(
    "embedded-object",
    "the file holds an embedded object or an ActiveX control, which other programs open",
    "replace it by a picture or by text",
)
FOREIGN_CONTENT = warning(
    "foreign-content",
    "the file holds text in another format (`w:altChunk`), which Word converts when it opens the file",
    "open and save it in Word once; other programs do not show the text at all",
)
ACTIVE_FIELD = warning(
    "active-field",
    "a field reads another file, a database or a program",
    "replace the field by its result (Ctrl+Shift+F9)",
)
HIDDEN_TEXT = warning(
    "hidden-text",
    "words are in the file but not on the page: hidden, white or tiny",
    "show them or take them out: what the parties sign is the page, what a program reads is the file",
)
CHECKS: tuple[Check, ...] = (
    EXTERNAL_TEMPLATE,
    EXTERNAL_CONTENT,
    DANGEROUS_LINK,
    MACROS,
    EMBEDDED_OBJECT,
    FOREIGN_CONTENT,
    ACTIVE_FIELD,
    HIDDEN_TEXT,
)

_HARMLESS_OUTSIDE: Final = {"hyperlink", "attachedTemplate"}
_DANGEROUS: Final = re.compile(r"^\s*(javascript|vbscript|data|file|ms-[a-z-]+|search-ms):|^\\\\|^//", re.I)
_ACTIVE: Final = {"DDE", "DDEAUTO", "DATABASE", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK",
                  "MACROBUTTON", "RD"}  # fmt: skip
# Half points; a signature service looks for anchors of one point, which are letters and digits without a blank.
_TINY: Final = 4
_ANCHOR: Final = re.compile(r"[^\s]{0,60}")


def check(file: WordFile) -> Iterator[Diagnostic]:
    for part in file.parts.values():
        if part.name.rpartition("/")[2].lower() in {"vbaproject.bin", "vbadata.xml"} or "vbaProject" in part.type:
            yield MACROS.of(f"`{part.name}` holds macros", file.name)
        elif "oleObject" in part.type or "activeX" in part.type or "/embeddings/" in part.name:
            yield EMBEDDED_OBJECT.of(f"`{part.name}` is an embedded object", file.name)
        yield from _outside(part)
    for story in file.stories:
        for chunk in story.elements(f"{W}altChunk"):
            yield FOREIGN_CONTENT.of("text in another format stands here", story.place(chunk))
        for link in story.elements(f"{OFFICE}OLEObject"):
            if (link.get("Type") or "").lower() == "link":
                yield EXTERNAL_CONTENT.of("an object is linked to a file outside", story.place(link))
        for field in story.fields.fields:
            if field.kind in _ACTIVE:
                yield ACTIVE_FIELD.of(
                    f"a field reads from outside: `{shortened(field.code)}`", story.place(field.start)
                )
        yield from _hidden(story)


def _outside(part: Part) -> Iterator[Diagnostic]:
    for arrow in part.relationships.values():
        if not arrow.external:
            continue
        if arrow.kind == "attachedTemplate":
            # Word writes the path of the template in the user's own folder; only another machine is dangerous.
            if re.match(r"(https?|ftp):|file://[^/]|\\\\", arrow.target, re.I):
                yield EXTERNAL_TEMPLATE.of(f"the template comes from `{shortened(arrow.target)}`", part.place())
        elif arrow.kind not in _HARMLESS_OUTSIDE:
            yield EXTERNAL_CONTENT.of(f"an {arrow.kind} comes from `{shortened(arrow.target)}`", part.place())
        elif _DANGEROUS.match(arrow.target):
            yield DANGEROUS_LINK.of(f"a link leads to `{shortened(arrow.target)}`", part.place())


def _hidden(story: Part) -> Iterator[Diagnostic]:
    for tag, why in ((f"{W}vanish", "hidden"), (f"{W}color", "white"), (f"{W}sz", "tiny")):
        for mark in story.elements(tag):
            properties = mark.getparent()
            run = properties.getparent() if properties is not None else None
            if properties is None or run is None or run.tag != f"{W}r" or not _hides(why, mark, properties):
                continue
            words = printed(run).strip()
            if words and not (why != "hidden" and _ANCHOR.fullmatch(words)):
                yield HIDDEN_TEXT.of(f"the words “{shortened(words)}” are {why}", story.place(run))


def _hides(why: str, mark: etree._Element, properties: etree._Element) -> bool:
    if why == "hidden":
        # A line of a table of contents hides the number of its page in web view by another property.
        return is_on(mark)
    if why == "white":
        return val(mark).upper() == "FFFFFF" and properties.find(f"{W}shd") is None and not _on_a_ground(mark)
    return 0 <= integer(val(mark)) < _TINY


def _on_a_ground(mark: etree._Element) -> bool:
    """Whether white text stands in a paragraph or a cell that is coloured, or in a table whose style may be."""
    for around in mark.iterancestors(f"{W}p", f"{W}tc", f"{W}tbl", f"{W}txbxContent"):
        if around.tag == f"{W}txbxContent" or around.find(f"{W}tblPr/{W}tblStyle") is not None:
            return True
        if around.find(f"{W}pPr/{W}shd") is not None or around.find(f"{W}tcPr/{W}shd") is not None:
            return True
        if around.find(f"{W}pPr/{W}pStyle") is not None:
            # The style may have a ground; whoever writes words to be hidden takes no style for it.
            return val(around.find(f"{W}pPr/{W}pStyle")).lower().startswith(("heading", "titre", "title", "cover"))
    return False
