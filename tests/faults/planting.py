"""Planting a fault in a valid contract: a part changed, a part added, words put at the end of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Plant = Callable[[bytes], bytes]
DOCUMENT = "word/document.xml"
RELATIONSHIPS = "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TOKEN = 'w:author="A. Lefort" w:date="2026-06-01T09:30:00Z"'


@dataclass(frozen=True)
class Fault:
    """One kind of fault: how it is planted, and the check of the doctor that must find it.

    ``name`` is what the table shows; ``code`` the check.
    """

    name: str
    code: str
    plant: Plant


PLANTED: dict[str, Fault] = {}


def fault(code: str) -> Callable[[Plant], Plant]:
    """Register a function as the fault that the check ``code`` finds; the first line of its docstring names it."""

    def register(plant: Plant) -> Plant:
        name = plant.__name__.replace("_", "-")
        assert name not in PLANTED and plant.__doc__
        PLANTED[name] = Fault(plant.__doc__.strip().rstrip("."), code, plant)
        return plant

    return register


# ---- the archive


def parts_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes], *more: tuple[str, bytes]) -> bytes:
    """A zip file of these parts and then of ``more``, whose names may be in ``parts`` already."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for name, content in [*parts.items(), *more]:
            # Not `writestr(name, …)`: that takes the date of today, and warns of a second entry with one name.
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            package.NameToInfo.pop(name, None)
            package.writestr(entry, content)
    return target.getvalue()


# ---- parts


def part_like(content: bytes, word: str) -> str:
    """The first part below ``word/`` with a word in its name, as in ``header1.xml``."""
    return next(name for name in parts_of(content) if re.fullmatch(rf"word/\w*{word}\w*\.xml", name, re.IGNORECASE))


def changed(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The contract with the text of a part changed; it must change."""
    parts = parts_of(content)
    before = parts[part].decode()
    after = change(before)
    assert after != before, f"nothing to plant the fault in: {part}"
    return packed({**parts, part: after.encode()})


def replaced(content: bytes, part: str, old: str, new: str) -> bytes:
    """The first occurrence of a text replaced."""
    return changed(content, part, lambda text: text.replace(old, new, 1))


def substituted(content: bytes, part: str, pattern: str, new: str) -> bytes:
    """The first match of a pattern replaced."""
    return changed(content, part, lambda text: re.sub(pattern, new, text, count=1, flags=re.DOTALL))


def related(content: bytes, id_: str, kind: str, target: str, mode: str = "") -> bytes:
    """A relationship of the document added; ``kind`` is the last word of its type."""
    type_ = kind if "/" in kind else f"{OFFICE}/relationships/{kind}"
    external = f' TargetMode="{mode}"' if mode else ""
    arrow = f'<Relationship Id="{id_}" Type="{type_}" Target="{target}"{external}/></Relationships>'
    return replaced(content, RELATIONSHIPS, "</Relationships>", arrow)


def with_part(content: bytes, name: str, data: str | bytes, type_: str, kind: str, id_: str = "rIdPlanted") -> bytes:
    """A part below ``word/`` added with its content type and a relationship from the document."""
    data = data.encode() if isinstance(data, str) else data
    content = packed({**parts_of(content), f"word/{name}": data})
    override = f'<Override PartName="/word/{name}" ContentType="{type_}"/></Types>'
    return related(replaced(content, CONTENT_TYPES, "</Types>", override), id_, kind, name)


# ---- the document


def before_end(content: bytes, xml: str) -> bytes:
    """Markup put at the end of the body, before its section."""

    def added(text: str) -> str:
        head, section, tail = text.rpartition("<w:sectPr")
        return head + xml + section + tail

    return changed(content, DOCUMENT, added)


def paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t>{text}</w:t></w:r>"


def said(content: bytes, text: str, properties: str = "") -> bytes:
    """A paragraph of plain words added at the end."""
    return before_end(content, paragraph(run(text, properties)))


def styled(content: bytes, kind: str, mark: str, words: str) -> bytes:
    """Words at the end, and the style ``Planted`` in which they may be: it is based on another one with this mark."""
    styles = (
        f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="PlantedBase"><w:name w:val="Planted base"/>'
        f'<w:rPr>{mark}</w:rPr></w:style><w:style w:type="{kind}" w:customStyle="1" w:styleId="Planted">'
        '<w:name w:val="Planted"/><w:basedOn w:val="PlantedBase"/></w:style></w:styles>'
    )
    return before_end(replaced(content, "word/styles.xml", "</w:styles>", styles), words)


def cell(inner: str = "<w:p/>", properties: str = "", width: int = 3000) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{inner}</w:tc>'


def table(*rows: str, columns: int = 2, borders: str = "") -> str:
    """A table of fixed layout with columns of 3000; a row is its cells."""
    grid = '<w:gridCol w:w="3000"/>' * columns
    lines = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    width = f'<w:tblW w:w="{3000 * columns}" w:type="dxa"/>'
    properties = f'<w:tblPr>{width}{borders}<w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl><w:p/>"


def control(id_: str, inner: str = "", properties: str = "") -> str:
    """A content control around a run, inside a paragraph."""
    head = f'<w:id w:val="{id_}"/>' if id_ else ""
    return f"<w:sdt><w:sdtPr>{head}{properties}</w:sdtPr><w:sdtContent>{inner or run('Valeur')}</w:sdtContent></w:sdt>"


def mark(kind: str) -> str:
    """One mark of a field: ``begin``, ``separate`` or ``end``."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(code: str, result: str) -> str:
    """A field of three marks with its instruction and its result."""
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark("begin") + instruction + mark("separate") + run(result) + mark("end")
