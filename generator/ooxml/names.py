"""Names that tie a Word file together: styles, bookmarks, content-control tags.

A base document of a provider may change how every style looks; it may not change these names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final

# ---- styles: the constants are identifiers as written in the file; STYLES gives the names a person sees

BODY: Final = "Normal"
PLAIN: Final = "ContractText"
TITLE: Final = "Title"
PART_INTRODUCTION: Final = "PartIntroduction"
SECTION: Final = "Heading1"
NUMBERED: Final = "NumberedParagraph"
ITEM: Final = "LetteredItem"
SUBITEM: Final = "RomanItem"
ANNEX: Final = "AnnexHeading"
ANNEX_SECTION: Final = "AnnexSection"
ANNEX_NUMBERED: Final = "AnnexParagraph"
ANNEX_ITEM: Final = "AnnexLetteredItem"
ANNEX_SUBITEM: Final = "AnnexRomanItem"
SUBHEADING: Final = "Subheading"
CELL: Final = "TableText"
CELL_HEADER: Final = "TableHeading"
CELL_SMALL: Final = "TableTextSmall"
CELL_HEADER_SMALL: Final = "TableHeadingSmall"
NOTICE: Final = "NoticeText"
NOTICE_HEADING: Final = "NoticeHeading"
DEFINED_TERM: Final = "DefinedTerm"
DEFINITION: Final = "DefinitionText"
PARTY: Final = "SignatureParty"
SIGNATURE_LINE: Final = "SignatureLine"
SIGNATURE_SPACE: Final = "SignatureSpace"
SIGNATURE_ANCHOR: Final = "SignatureAnchor"
COVER_TITLE: Final = "CoverTitle"
COVER_SUBTITLE: Final = "CoverSubtitle"
COVER_PARTY: Final = "CoverParty"
COVER_TEXT: Final = "CoverText"
STATUS: Final = "StatusLine"
CONTENTS_TITLE: Final = "TOCHeading"
CONTENTS_ENTRY: Final = "TOC1"
CONTENTS_ANNEX_ENTRY: Final = "TOC2"
HEADER: Final = "Header"
FOOTER: Final = "Footer"
SEPARATOR: Final = "Separator"
AFTER_TABLE: Final = "AfterTable"
TABLE: Final = "ContractTable"
DEFINITION_TABLE: Final = "DefinitionTable"
BOX_TABLE: Final = "NoticeTable"
TABLE_PLAIN: Final = "TableNormal"
HYPERLINK: Final = "Hyperlink"

STYLES: Final = {
    BODY: "Normal",
    PLAIN: "Contract Text",
    TITLE: "Title",
    PART_INTRODUCTION: "Part Introduction",
    SECTION: "heading 1",
    NUMBERED: "Numbered Paragraph",
    ITEM: "Lettered Item",
    SUBITEM: "Roman Item",
    ANNEX: "Annex Heading",
    ANNEX_SECTION: "Annex Section",
    ANNEX_NUMBERED: "Annex Paragraph",
    ANNEX_ITEM: "Annex Lettered Item",
    ANNEX_SUBITEM: "Annex Roman Item",
    SUBHEADING: "Subheading",
    CELL: "Table Text",
    CELL_HEADER: "Table Heading",
    CELL_SMALL: "Table Text Small",
    CELL_HEADER_SMALL: "Table Heading Small",
    NOTICE: "Notice Text",
    NOTICE_HEADING: "Notice Heading",
    DEFINED_TERM: "Defined Term",
    DEFINITION: "Definition Text",
    PARTY: "Signature Party",
    SIGNATURE_LINE: "Signature Line",
    SIGNATURE_SPACE: "Signature Space",
    SIGNATURE_ANCHOR: "Signature Anchor",
    COVER_TITLE: "Cover Title",
    COVER_SUBTITLE: "Cover Subtitle",
    COVER_PARTY: "Cover Party",
    COVER_TEXT: "Cover Text",
    STATUS: "Status Line",
    CONTENTS_TITLE: "TOC Heading",
    CONTENTS_ENTRY: "toc 1",
    CONTENTS_ANNEX_ENTRY: "toc 2",
    HEADER: "header",
    FOOTER: "footer",
    SEPARATOR: "Separator",
    AFTER_TABLE: "After Table",
    TABLE: "Contract Table",
    DEFINITION_TABLE: "Definition Table",
    BOX_TABLE: "Notice Table",
    TABLE_PLAIN: "Normal Table",
    HYPERLINK: "Hyperlink",
}

# ---- bookmarks and tags

# The root of a custom XML part that holds a file carried along.
EMBEDDED_NAMESPACE: Final = "urn:clausier:embedded"
# The root of the custom XML part that bound values are read from.
VALUES_NAMESPACE: Final = "urn:clausier:values"

# How the names of the bookmarks around clauses begin.
CLAUSE_BOOKMARK: Final = "_Clause"

_NOT_IN_BOOKMARK: Final = re.compile(r"[^A-Za-z0-9]+")
_BOOKMARK_LENGTH: Final = 40
_TAG_LENGTH: Final = 64
_DIGEST_LENGTH: Final = 12


def _short_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def _bookmark(prefix: str, name: str) -> str:
    # A leading underscore hides a bookmark in Word; the digest keeps two long names apart after the cut.
    readable = _NOT_IN_BOOKMARK.sub("_", name).strip("_")[: _BOOKMARK_LENGTH - len(prefix) - 9]
    return f"{prefix}{readable}_{_short_digest(name)}"


@lru_cache(maxsize=65536)
def reference_bookmark(anchor: str) -> str:
    """The hidden bookmark around the numbered paragraph of an anchor, at most 40 characters."""
    return _bookmark("_Ref", anchor)


@lru_cache(maxsize=65536)
def clause_bookmark(anchor: str) -> str:
    """The hidden bookmark around a clause.

    It stands beside the tag because LibreOffice drops every tag when it saves. It is made from the anchor, which
    is unique in a pack, and not from the id of the clause, which a repeated slot uses several times.
    """
    return _bookmark(CLAUSE_BOOKMARK, anchor)


@lru_cache(maxsize=4096)
def value_tag(path: str) -> str:
    """The content-control tag of a bound value: ``value:<path>``, at most 64 characters."""
    tag = f"value:{path}"
    return tag if len(tag) <= _TAG_LENGTH else f"{tag[: _TAG_LENGTH - 9]}~{_short_digest(path)}"


@lru_cache(maxsize=65536)
def clause_tag(clause_id: str, digest: str) -> str:
    """The content-control tag of a clause: ``clause:<id>#<12 digits of the digest>``, at most 64 characters.

    An id that is too long is cut and ends in ``~`` and eight digits of its own digest.
    """
    room = _TAG_LENGTH - len("clause:#") - _DIGEST_LENGTH
    if len(clause_id) > room:
        clause_id = f"{clause_id[: room - 9]}~{_short_digest(clause_id)}"
    return f"clause:{clause_id}#{digest[:_DIGEST_LENGTH]}"
