"""Wrong Word files out of right ones: the XML of one part, the parts of the package, or the bytes of the archive."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from generator.ooxml.archive import DAMAGE
from tests.fuzz.engine import CORPUS
from tests.fuzz.mutate import mutated as mutated_bytes

# A Word file with one of everything that is read: texts, fields, lists, tables, notes, comments, a receipt.
SMALL = CORPUS / "word" / "small.docx"
WORDS = tuple(
    word.encode()
    for word in (
        "<w:p>", "</w:p>", "<w:p/>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", '<w:t xml:space="preserve"> a </w:t>',
        "<w:tab/>",
        "<w:br/>", "<w:p><w:r><w:t>mot</w:t></w:r></w:p>", '<w:bookmarkStart w:id="7" w:name="_Ref7"/>',
        '<w:bookmarkEnd w:id="7"/>',
        '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="separate"/>',
        '<w:fldChar w:fldCharType="end"/>',
        "<w:instrText> REF _Ref7 \\r \\h </w:instrText>", "<w:instrText> DDEAUTO c a </w:instrText>", "<w:sdt>",
        "</w:sdt>",
        "<w:sdtContent>", "</w:sdtContent>", '<w:sdtPr><w:id w:val="1"/><w:tag w:val="x"/></w:sdtPr>', "<w:tbl>",
        "</w:tbl>",
        "<w:tr>", "<w:tc>", "</w:tc>", "</w:tr>", '<w:gridSpan w:val="3"/>', '<w:vMerge w:val="restart"/>',
        "<w:vMerge/>",
        '<w:del w:id="3" w:author="A" w:date="2026-01-01T00:00:00Z">', "</w:del>", '<w:ins w:id="4" w:author="B">',
        "</w:ins>",
        "<w:delText>x</w:delText>", '<w:moveFrom w:id="5" w:author="A">', "</w:moveFrom>", "<mc:AlternateContent>",
        "<mc:Choice Requires=\"wps\">", "</mc:Choice>", "<mc:Fallback>", "</mc:Fallback>", "</mc:AlternateContent>",
        '<w:pStyle w:val="Heading1"/>', '<w:numPr><w:ilvl w:val="9"/><w:numId w:val="1"/></w:numPr>',
        '<w:footnoteReference w:id="1"/>',
        '<w:commentReference w:id="0"/>', '<w:commentRangeStart w:id="0"/>', "<w:vanish/>", '<w:color w:val="FFFFFF"/>',
        '<w:sz w:val="1"/>', "<w:sectPr/>", '<w:headerReference w:type="default" r:id="rId9"/>',
        '<w:fldSimple w:instr="PAGE">',
        "</w:fldSimple>", '<w:hyperlink r:id="rId9" w:anchor="x">', "</w:hyperlink>", "<w:txbxContent>",
        "</w:txbxContent>",
        '<w:altChunk r:id="rId1"/>', "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&lt;", "&#0;", "&#x1F600;",
        "<!-- a -->", "<?pi?>",
        "<![CDATA[ x ]]>", '<?xml version="1.0" encoding="UTF-16"?>', ' w:val=""', ' w:val="-1"',
        ' w:val="99999999999999999999"',
        ' w:val="1.5"', ' w:val="٣"', ' w:val="²"', ' w:id="x"', 'w:val="true"', ' r:id="rId1"', ' xml:id="a"',
        "{{ a }}", "[[title]]",
        "TODO", "_____", ' Target="../../x"', ' Target="NULL"', ' TargetMode="External"', ' Target="http://a/%00"',
        "rId1", "word/",
        'Target="http://[x/"', 'Target="//[/"', 'Target="%2e%2e/a"', "word/document.xml", "w14:", 'xmlns:w="x"',
        "http://purl.oclc.org/ooxml/",
    )
)  # fmt: skip
_TOKENS = re.compile(rb"<[^>]*>|[^<]+")
_TAG = re.compile(rb"<(/?)([\w:]+)")


def small() -> bytes:
    return repacked(SMALL.read_bytes())


def part(name: str) -> bytes:
    """One part of the small Word file."""
    return _parts(SMALL.read_bytes())[name]


def repacked(content: bytes) -> bytes:
    """The same parts in an archive that is not compressed, which is faster to make and to read."""
    return stored(_parts(content))


@lru_cache(maxsize=512)
def _parts(content: bytes) -> Mapping[str, bytes]:
    """The parts of an archive; none where it is damaged, as some of the corpus are."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except DAMAGE:
        return {}


def stored(parts: Mapping[str, bytes], deflate: frozenset[str] = frozenset(), claimed: int | None = None) -> bytes:
    """The zip file of these parts, with some of them deflated; ``claimed`` is a size that each claims to have."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in parts.items():
        packed, method = content, ZIP_STORED
        if name in deflate:
            deflater = zlib.compressobj(1, zlib.DEFLATED, -15)
            packed, method = deflater.compress(content) + deflater.flush(), ZIP_DEFLATED
        encoded = name.encode("utf-8", "replace")
        size = len(content) if claimed is None else claimed
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0x800, method, 0, 33, zlib.crc32(content), len(packed), size, len(encoded), 0
        )
        pieces += (b"PK\x03\x04", common, encoded, packed)
        directory.append(
            b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + encoded
        )
        offset += 4 + len(common) + len(encoded) + len(packed)
    listing = b"".join(directory)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(listing), offset, 0)
    return b"".join((*pieces, listing, end))


def mutated(data: bytes, pick: Random, others: list[bytes], names: tuple[str, ...] = ()) -> bytes:
    """The file with changes in the XML of a part, or in its parts, or in its bytes; ``names`` are parts to prefer."""
    way = pick.random()
    if way < 0.08:
        return mutated_bytes(
            data, pick, (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xff\xff\xff", b"\0\0\0\0"), others
        )
    parts = dict(_parts(data))
    if not parts:
        return mutated_bytes(data, pick, WORDS, others)
    for _ in range(pick.choice((1, 1, 1, 2, 3))):
        wanted = [name for name in names if name in parts]
        name = pick.choice(wanted) if wanted and pick.random() < 0.8 else pick.choice(list(parts))
        if way < 0.16:
            _package(parts, name, pick)
        elif way < 0.75:
            parts[name] = _elements(parts[name], pick)
        else:
            parts[name] = mutated_bytes(parts[name], pick, WORDS)
        if not parts:
            break
    deflate = frozenset(name for name in parts if pick.random() < 0.1)
    return stored(parts, deflate, pick.choice((0, 1, 1 << 31)) if pick.random() < 0.01 else None)


def _package(parts: dict[str, bytes], name: str, pick: Random) -> None:
    """A part taken out, named otherwise, or put in the place of another."""
    content = parts.pop(name)
    match pick.randrange(6):
        case 0:
            parts[name.upper()] = content
        case 1:
            parts[name] = content
            parts[name.swapcase()] = content
        case 2:
            parts[pick.choice(("../" + name, "/" + name, name.replace("/", "\\"), name + "/", "", "é" + name))] = (
                content
            )
        case 3 if parts:
            parts[pick.choice(list(parts))] = content
        case 4:
            parts[name] = pick.choice((b"", b"x", b"\xff\xfe", b"<a/>", b"<w:document/>", b"\0" * 3_000_000))
        case _:
            pass


def _elements(content: bytes, pick: Random) -> bytes:
    """Whole elements dropped, doubled, moved, emptied, wrapped in one another or repeated: still well-formed XML."""
    tokens = _TOKENS.findall(content)
    for _ in range(pick.choice((1, 1, 2, 4))):
        starts = [at for at, token in enumerate(tokens) if at and token[:1] == b"<" and token[1:2] not in b"/?!"]
        if not starts:
            break
        start = pick.choice(starts)
        end = _end(tokens, start)
        element = tokens[start:end]
        match pick.randrange(8):
            case 0:
                del tokens[start:end]
            case 1:
                tokens[end:end] = element
            case 2:
                del tokens[start:end]
                at = pick.choice([at for at in starts if at <= len(tokens)])
                tokens[at:at] = element
            case 3:
                at = pick.choice(starts)
                tokens[at:at] = element
            case 4 if end > start + 1:
                del tokens[start + 1 : end - 1]
            case 5 if end > start + 1:
                tokens[start:end] = element[1:-1]
            case 6 if end > start + 1:
                times = pick.choice((2, 5, 300))
                tokens[start:end] = [element[0]] * times + element[1:-1] + [element[-1]] * times
            case _:
                tokens[start] = mutated_bytes(tokens[start], pick, WORDS[-36:])
    return b"".join(tokens)


def _end(tokens: list[bytes], start: int) -> int:
    """Behind the end of the element that starts at a token."""
    depth = 0
    for at in range(start, len(tokens)):
        token = tokens[at]
        if token[:1] != b"<" or token[1:2] in (b"?", b"!"):
            continue
        if token[1:2] == b"/":
            depth -= 1
        elif token[-2:-1] != b"/":
            depth += 1
        if depth <= 0:
            return at + 1
    return start + 1
