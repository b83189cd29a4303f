"""What a file does, or may do, behind the reader's back: macros and outside content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, shortened, warning
from generator.doctor.names import OFFICE, W
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
CHECKS: tuple[Check, ...] = (
    EXTERNAL_TEMPLATE,
    EXTERNAL_CONTENT,
    DANGEROUS_LINK,
    MACROS,
    EMBEDDED_OBJECT,
    FOREIGN_CONTENT,
    ACTIVE_FIELD,
)

_HARMLESS_OUTSIDE: Final = {"hyperlink", "attachedTemplate"}
_DANGEROUS: Final = re.compile(r"^\s*(javascript|vbscript|data|file|ms-[a-z-]+|search-ms):|^\\\\|^//", re.I)
_ACTIVE: Final = {"DDE", "DDEAUTO", "DATABASE", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK",
                  "MACROBUTTON", "RD"}  # fmt: skip


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
