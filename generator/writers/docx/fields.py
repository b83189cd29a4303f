"""Word fields: instructions that Word computes again, with the result that we computed beforehand."""

from __future__ import annotations

from generator.ooxml.text import escaped, run

_BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
_SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {escaped(text)} </w:instrText></w:r>'


def opening(instruction: str) -> str:
    """The start of a field whose result follows and may span paragraphs; close it with ``END``."""
    return f"{_BEGIN}{_instruction(instruction)}{_SEPARATE}"


def field(instruction: str, result: str, properties: str = "") -> str:
    """A field with its cached result, in the short form, which Word itself writes for page numbers."""
    return f'<w:fldSimple w:instr=" {escaped(instruction)} ">{run(result, properties)}</w:fldSimple>'


def number_of(bookmark: str, result: str, properties: str = "") -> str:
    r"""The whole number of a bookmarked paragraph, as Word and LibreOffice both compute it (``REF … \w``)."""
    return field(rf"REF {bookmark} \w \h", result, properties)


def bare_number_of(bookmark: str, result: str, properties: str = "") -> str:
    r"""The number of a bookmarked paragraph without its word: ``7`` where the heading says ``Article 7.``.

    ``\t`` drops the word in Word. LibreOffice 7.4 does not know ``\t`` and would print "article Article 7". Word
    takes a field that begins with a bookmark for a REF (the keyword is optional: MS-OI29500 2.1.495 d), and
    LibreOffice, which does not, keeps the cached result.
    """
    return link(bookmark, field(rf"{bookmark} \w \t", result, properties))


def page_of(bookmark: str, page: int) -> str:
    """The page on which a bookmark stands."""
    return field(rf"PAGEREF {bookmark} \h", str(page))


def link(bookmark: str, runs: str) -> str:
    """Runs that lead to a bookmark of the same file."""
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{runs}</w:hyperlink>'
