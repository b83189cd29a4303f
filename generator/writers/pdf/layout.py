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


def laid_out_as_in_word(word: bytes) -> bytes:
    """The same file with the same words, in which bound values are plain text and cross-references are links.

    LibreOffice 7.4 makes an input field of a bound control and prints it without the bold of its run. Of a reference
    of two words ("Annexe A") that comes to stand at the end of a line it prints the first and loses the second.
    """
    with ZipFile(BytesIO(word)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = {name: _REFERENCE.sub(_LINK, _BOUND.sub(rb"\1", parts[name])) for name in parts if _STORY.fullmatch(name)}
    return archive([member(name, content) for name, content in (parts | changed).items()])
