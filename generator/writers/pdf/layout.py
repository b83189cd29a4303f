"""The Word file as LibreOffice must be given it, so that it lays out what Word would."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from generator.ooxml.archive import archive, member

_STORY: Final = re.compile(r"word/(?:document|\w*header\w*|\w*footer\w*)\.xml", re.IGNORECASE)
# A value bound to custom XML, as `writers/docx/bindings.py` prints it.
_BOUND: Final = re.compile(
    rb"<w:sdt><w:sdtPr>(?:<w:rPr>(?:<w:\w+[^>]*/>)*</w:rPr>)?<w:alias [^>]*/><w:tag [^>]*/><w:id [^>]*/>"
    rb"<w:dataBinding [^>]*/><w:text/></w:sdtPr><w:sdtContent>(.*?)</w:sdtContent></w:sdt>"
)
# A cross-reference, as `writers/docx/fields.py` prints it.
_REFERENCE: Final = re.compile(rb'<w:fldSimple w:instr=" REF (\S+) [^"]*">(.*?)</w:fldSimple>')
_LINK: Final = rb'<w:hyperlink w:anchor="\1" w:history="1">\2</w:hyperlink>'
_LINKED: Final = re.compile(rb'(<w:hyperlink w:anchor="[^>]*>)(.*?)(?=</w:hyperlink>)')
_BARE_RUN: Final = re.compile(rb"<w:r>(?!<w:rPr>)")
_DRESSED_RUN: Final = re.compile(rb"<w:r><w:rPr>(?!<w:rStyle)")
_STYLES: Final = "word/styles.xml"
# A character style without any look of its own.
_STYLE: Final = b'<w:rStyle w:val="ClausierLink"/>'
_DECLARED: Final = (
    b'<w:style w:type="character" w:customStyle="1" w:styleId="ClausierLink"><w:name w:val="Clausier Link"/></w:style>'
    b"</w:styles>"
)


def laid_out_as_in_word(word: bytes) -> bytes:
    """The same file with the same words, in which bound values are plain text and cross-references are links.

    LibreOffice 7.4 makes an input field of a bound control and prints it without the bold of its run. Of a reference
    of two words ("Annexe A") that comes to stand at the end of a line it prints the first and loses the second. And a
    link whose text has no character style cannot be followed in its PDF, though the PDF says that it is one.
    """
    with ZipFile(BytesIO(word)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = {name: _story(parts[name]) for name in parts if _STORY.fullmatch(name)}
    if _STYLES in parts:
        changed[_STYLES] = parts[_STYLES].replace(b"</w:styles>", _DECLARED)
    return archive([member(name, content) for name, content in (parts | changed).items()])


def _story(text: bytes) -> bytes:
    return _LINKED.sub(_followed, _REFERENCE.sub(_LINK, _BOUND.sub(rb"\1", text)))


def _followed(link: re.Match[bytes]) -> bytes:
    """A link with a character style on all of its text that has none."""
    runs = _DRESSED_RUN.sub(b"<w:r><w:rPr>" + _STYLE, link[2])
    return link[1] + _BARE_RUN.sub(b"<w:r><w:rPr>" + _STYLE + b"</w:rPr>", runs)
