"""The properties of the file, and the texts it carries along (the deal it was made from)."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from typing import Final

from generator.document.nodes import Document
from generator.ooxml.base import language_tag
from generator.ooxml.names import EMBEDDED_NAMESPACE
from generator.ooxml.text import ForbiddenCharacter, escaped

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_ROOT: Final = b"<w:settings"
_BEFORE_REVISIONS: Final = re.compile(
    rb"<w:(?:writeProtection|view|zoom|removePersonalInformation|removeDateAndTime|doNotDisplayPageBoundaries|"
    rb"displayBackgroundShape|printPostScriptOverText|printFractionalCharacterWidth|printFormsData|embedTrueTypeFonts|"
    rb"embedSystemFonts|saveSubsetFonts|saveFormsData|mirrorMargins|alignBordersAndEdges|bordersDoNotSurroundHeader|"
    rb"bordersDoNotSurroundFooter|gutterAtTop|hideSpellingErrors|hideGrammaticalErrors|activeWritingStyle|proofState|"
    rb"formsDesign|attachedTemplate|linkStyles|stylePaneFormatFilter|stylePaneSortMethod|documentType|mailMerge|"
    rb"revisionView)\b[^>]*/>"
)


def core(document: Document) -> str:
    """Title, author, subject and dates. The dates are those of the contract, never of the build."""
    properties = document.properties
    created = _instant(properties.created)
    return (
        f"{_DECLARATION}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(properties.title)}</dc:title><dc:subject>{escaped(properties.subject)}</dc:subject>"
        f"<dc:creator>{escaped(properties.author)}</dc:creator>"
        f"<cp:lastModifiedBy>{escaped(properties.author)}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{created}</dcterms:modified>'
        f"<dc:language>{language_tag(document.language)}</dc:language></cp:coreProperties>"
    )


def _instant(created: str) -> str:
    """An ISO date or instant as W3CDTF in UTC, which is the only form Word reads without complaint."""
    moment = datetime.fromisoformat(created)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def redline_only(settings: bytes) -> bytes:
    """Settings under which Word records every edit and lets nobody switch that off, or accept or reject, unasked.

    There is no password: it keeps a reader from editing unseen by mistake, it is no lock. Raises ``ValueError`` for a
    settings part that says something about revisions already.
    """
    if b"<w:trackRevisions" in settings or b"<w:documentProtection" in settings:
        raise ValueError("the settings already say how revisions are kept")
    # The schema wants both after these and before everything else.
    earlier = re.findall(_BEFORE_REVISIONS, settings)
    place = (
        settings.index(earlier[-1]) + len(earlier[-1]) if earlier else settings.index(b">", settings.index(_ROOT)) + 1
    )
    kept = b'<w:trackRevisions/><w:documentProtection w:edit="trackedChanges" w:enforcement="1"/>'
    return settings[:place] + kept + settings[place:]


def extended() -> str:
    """The program that wrote the file."""
    return (
        f'{_DECLARATION}<Properties xmlns="{_OFFICE}/extended-properties"><Application>Clausier</Application>'
        "</Properties>"
    )


def custom(document: Document) -> str:
    """The reference of the contract, as a property that a document management system can read."""
    return (
        f'{_DECLARATION}<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Reference">'
        f"<vt:lpwstr>{escaped(document.properties.reference)}</vt:lpwstr></property></Properties>"
    )


def embedded(name: str, content: bytes) -> str:
    """A file that the contract carries along, as a custom XML part: the one kind of part that Word keeps on saving.

    Text stays readable; anything that XML cannot hold is written in base 64.
    """
    try:
        # A parser would turn a bare carriage return into a line feed.
        text, encoding = escaped(content.decode("utf-8")).replace("\r", "&#13;"), "text"
    except (UnicodeDecodeError, ForbiddenCharacter):
        text, encoding = b64encode(content).decode("ascii"), "base64"
    return (
        f'{_DECLARATION}<embedded xmlns="{EMBEDDED_NAMESPACE}" name="{escaped(name)}" encoding="{encoding}">'
        f"{text}</embedded>"
    )


def embedded_properties(number: int) -> str:
    """The identity of a custom XML part, without which Word drops it."""
    return (
        f'{_DECLARATION}<ds:datastoreItem ds:itemID="{{C1A051E2-0000-4000-8000-{number:012X}}}" '
        f'xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="{EMBEDDED_NAMESPACE}"/>'
        "</ds:schemaRefs></ds:datastoreItem>"
    )
