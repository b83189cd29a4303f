"""A file as Word writes it when it is opened and saved: nothing else is said, and little is written as it was."""

from __future__ import annotations

import re

from tests.faults.planting import CONTENT_TYPES, DOCUMENT, WORD, WORD_TYPES, packed, parts_of, related, replaced

_FIELD = re.compile(r'<w:fldSimple w:instr="([^"]*)">(.*?)</w:fldSimple>', re.DOTALL)
_RUN = re.compile(
    r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: xml:space=\"preserve\")?>([^<]{12,})</w:t></w:r>", re.DOTALL
)
_NOTES = (
    f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p>'
    '</w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)


def saved_by_word(content: bytes) -> bytes:
    """Runs split at spelling marks and revision numbers, fields spelt out and counted anew, parts added and in another
    order, the program named in the properties."""
    parts = parts_of(content)
    for name in parts:
        if name == DOCUMENT or re.fullmatch(r"word/(?:header|footer)\d+\.xml", name):
            parts[name] = _rewritten(parts[name].decode()).encode()
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"Clausier", b"Microsoft Office Word")
    parts["word/webSettings.xml"] = f'<w:webSettings xmlns:w="{WORD}"><w:optimizeForBrowser/></w:webSettings>'.encode()
    parts["word/footnotes.xml"] = _NOTES.encode()
    saved = packed(dict(sorted(parts.items(), key=lambda part: (part[0] != CONTENT_TYPES, part[0][::-1]))))
    for kind in ("webSettings", "footnotes"):
        saved = related(saved, f"rId{kind}", kind, f"{kind}.xml")
        override = f'<Override PartName="/word/{kind}.xml" ContentType="{WORD_TYPES}.{kind}+xml"/></Types>'
        saved = replaced(saved, CONTENT_TYPES, "</Types>", override)
    return saved


def _rewritten(text: str) -> str:
    text = _FIELD.sub(_spelt_out, text)
    text = _RUN.sub(_split, text)
    text = re.sub(r"<w:p>", lambda found: '<w:p w:rsidR="00A77B3E" w:rsidRDefault="00A77B3E">', text)
    text = text.replace(
        "<w:body>", '<w:body><w:bookmarkStart w:id="99999" w:name="_GoBack"/><w:bookmarkEnd w:id="99999"/>'
    )
    return text.replace("<w:rPr><w:b/>", '<w:rPr><w:b/><w:noProof/><w:lang w:val="fr-FR"/>')


def _spelt_out(found: re.Match[str]) -> str:
    code, result = found[1], found[2]
    if code.split()[0] in {"PAGE", "NUMPAGES"}:
        result = re.sub(r"<w:t>\d+</w:t>", "<w:t>37</w:t>", result)
    marks = [f'<w:r w:rsidR="00B1"><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    # Word cuts an instruction in pieces wherever it likes.
    pieces = "".join(
        f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in (code[:6], code[6:])
    )
    return f"{marks[0]}{pieces}{marks[1]}{result}{marks[2]}"


def _split(found: re.Match[str]) -> str:
    look, words = found[1] or "", found[2]
    cut = words.index(" ") if " " in words else 3
    if "&" in words[max(0, cut - 6) : cut + 6]:
        return found[0]
    one, other = words[:cut], words[cut:]
    return (
        f'<w:r w:rsidRPr="00C2">{look}<w:t>{one}</w:t></w:r><w:proofErr w:type="spellStart"/>'
        f'<w:r>{look}<w:lastRenderedPageBreak/><w:t xml:space="preserve">{other}</w:t></w:r>'
        '<w:proofErr w:type="spellEnd"/>'
    )
