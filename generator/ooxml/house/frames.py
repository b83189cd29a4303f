"""Headers, footers and the cover of a base as templates, with the pictures and links that they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from lxml import etree

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml import names
from generator.ooxml.base import base_parts
from generator.ooxml.house.fields import judged_fields
from generator.ooxml.house.markup import DECLARATIONS, NAMESPACES, plain_root, restyle, set_property, styles_in
from generator.ooxml.house.model import Frame, Joined, Media, Repeated, Slot, Template, Use
from generator.ooxml.house.package import Base, Relationship, W, based, refused
from generator.ooxml.house.pictures import ENDINGS, picture_fault, reaches_outside
from generator.ooxml.house.placeholders import Filling, linked, mark_controls
from generator.ooxml.house.setup import Section, cover_content, sections
from generator.ooxml.house.structure import judged_structure
from generator.ooxml.house.styles import NUMBERED, Styles, unnumbered

Kind = Literal["header", "footer"]
Key = tuple[Kind, Use]
WATERMARK: Final = "watermark"
_TAGS: Final[Mapping[Kind, str]] = {"header": "hdr", "footer": "ftr"}
DRAWING: Final = f"{{{NAMESPACES['wp']}}}docPr"
_LARGEST_PICTURE: Final = 512 * 1024
_LARGEST_FRAME: Final = 1 << 20
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STATUS: Final = Repeated(
    "status",
    f'<w:p><w:pPr><w:pStyle w:val="{names.FOOTER}"/></w:pPr>',
    f'<w:p><w:pPr><w:pStyle w:val="{names.FOOTER}"/></w:pPr>',
    "</w:p>",
    kept=False,
)


class Frames:
    """What surrounds the text of a base. Reading finds the styles in use; ``finish`` writes ours and makes templates.

    ``of_text`` and ``of_cover`` give the place in ``made`` of each header and footer; ``found`` takes the findings.
    """

    def __init__(self, base: Base, parts: list[Section], found: list[Diagnostic]) -> None:
        self.base: Final = base
        self.found: Final = found
        self.made: list[Frame] = []
        self.media: dict[str, Media] = {}
        self.cover: Template = ()
        self.cover_joined: list[Joined] = []
        self.of_text: dict[Key, int] = {}
        self.of_cover: dict[Key, int] = {}
        self._roots: dict[str, etree._Element] = {}
        joined = base.joined(base.document)
        self._text: Final = self._read(parts[-1].frames(cover=False), joined)
        self._cover: Final = self._read(parts[0].frames(cover=True), joined)
        own = cover_content(parts[0]) if len(parts) > 1 else []
        self._cover_root: etree._Element | None = None

        if own:
            self._cover_root = self._plain("body", own, "the cover")

    def _read(self, wanted: Mapping[tuple[str, Use], str], joined: Mapping[str, Relationship]) -> dict[Key, str]:
        read: dict[Key, str] = {}
        for (kind, use), identifier in wanted.items():
            part = joined[identifier].target if identifier in joined else ""
            if part and part not in self._roots:
                tag: Kind = "header" if kind == "header" else "footer"
                self._roots[part] = self._plain(_TAGS[tag], self._frame(part, _TAGS[tag]), part)
            if part:
                read["header" if kind == "header" else "footer", use] = part
        return read

    def _frame(self, part: str, tag: str) -> list[etree._Element]:
        """The children of a header or a footer. Raises ``Refused`` for a part that is none, or far too long."""
        if len(self.base.parts.get(part, b"")) > _LARGEST_FRAME:
            raise refused(self.base.name, "base-unreadable", f"its part `{part}` is too large for a header or a footer")
        root = self.base.tree(part)
        if root.tag != f"{W}{tag}":
            raise refused(self.base.name, "base-unreadable", f"its part `{part}` is no header or footer")
        return list(root)

    def _plain(self, tag: str, content: list[etree._Element], part: str) -> etree._Element:
        root = plain_root(tag, content)
        mark_controls(root)
        self.found.extend(judged_fields(self.base.name, part, root))
        self.found.extend(judged_structure(self.base.name, part, root))
        return root

    def styles(self) -> frozenset[str]:
        """The identifiers of the base for every style that a header, a footer or the cover uses."""
        roots = [*self._roots.values(), *([self._cover_root] if self._cover_root is not None else [])]
        return frozenset().union(*map(styles_in, roots))

    def finish(self, styles: Styles) -> None:
        """Make every template, once the identifiers of the base have become ours."""
        named: dict[str, frozenset[str]] = {}
        places: dict[str, int] = {}
        for part, root in self._roots.items():
            _dress(root, styles)
            kind: Kind = "header" if root.tag == f"{W}hdr" else "footer"
            joined = self._join(root, part, "rId")
            # Drawings are told apart in the whole file: those of covers count from 1.
            for number, drawing in enumerate(root.iter(DRAWING), start=1000 * (len(self.made) + 1)):
                drawing.set("id", str(number))
            filling = Filling(self.base.name, kind, styles, blocks=False)
            if kind == "header":
                _first_paragraph(root).append(filling.slot(WATERMARK))
            template = filling.template(root)
            self.found.extend(filling.found)
            named[part] = frozenset(filling.names)
            places[part] = len(self.made)
            self.made.append(Frame(kind, _whole(kind, template), tuple(joined)))
        for chosen, result in ((self._text, self.of_text), (self._cover, self.of_cover)):
            result.update({key: places[part] for key, part in chosen.items()})
        self._complete(named)
        self._finish_cover(styles)

    # ---- what a draft must show

    def _complete(self, named: Mapping[str, frozenset[str]]) -> None:
        """Pages without a header get one for the watermark; pages that do not name the status get it in the footer."""
        uses = {use for _, use in self._text}
        for use in sorted({"default", *uses}):
            shown = [part for (_, found), part in self._text.items() if found == use]
            if not any("status" in named[part] for part in shown):
                self._show_status("even" if use == "even" else "default")
        for result in (self.of_text, self.of_cover):
            for use in sorted({"default", *(use for _, use in result)}):
                key: Key = ("header", "even" if use == "even" else "default")
                if key not in result:
                    result[key] = self._blank_header()

    def _show_status(self, use: Use) -> None:
        place = self.of_text.get(("footer", use))
        if place is None:
            self.of_text["footer", use] = len(self.made)
            self.made.append(Frame("footer", _whole("footer", (_STATUS, _EMPTY)), ()))
            return
        frame = self.made[place]
        *start, end = frame.content
        assert isinstance(end, str) and end.endswith("</w:ftr>")
        content = (*start, end.removesuffix("</w:ftr>"), _STATUS, "</w:ftr>")
        self.made[place] = Frame("footer", content, frame.joined)

    def _blank_header(self) -> int:
        content = ('<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr>', Slot(WATERMARK, ""), "</w:p>")
        blank = Frame("header", _whole("header", content), ())
        if blank not in self.made:
            self.made.append(blank)
        return self.made.index(blank)

    # ---- cover

    def _finish_cover(self, styles: Styles) -> None:
        root, filling = self._cover_root, Filling(self.base.name, "cover", styles, blocks=True)
        if root is None:
            # The composition of our own cover, in the styles of the house.
            own = based("", base_parts("fr"))
            body = own.tree(own.document).find(f"{W}body")
            assert body is not None
            root = plain_root("body", cover_content(sections(body)[0]))
        else:
            _dress(root, styles)
            self.cover_joined = self._join(root, self.base.document, "rIdCover")
        self.cover = filling.template(root)
        self.found.extend(filling.found)

    # ---- pictures and links

    def _join(self, root: etree._Element, part: str, prefix: str) -> list[Joined]:
        """Give each picture and link of a part a relationship of ours; what leads to anything else is refused."""
        known = self.base.joined(part)
        made: dict[str, Joined] = {}
        for element, attribute, identifier in list(linked(root)):
            one = known.get(identifier)
            kind = one.kind.rpartition("/")[2] if one is not None else ""
            if one is None or one.external != (kind == "hyperlink") or kind not in ("image", "hyperlink"):
                self._refuse(kind or "unknown", part)
                continue
            if kind == "image" and not self._picture(one, part):
                continue
            if identifier not in made:
                target = one.target if one.external else self.media[one.target].name
                made[identifier] = Joined(f"{prefix}{len(made) + 1}", one.kind, target, one.external)
            element.set(attribute, made[identifier].name)
        return list(made.values())

    def _picture(self, one: Relationship, part: str) -> bool:
        extension = one.target.rpartition(".")[2].lower()
        content = self.base.parts.get(one.target)
        if content is None or extension not in ENDINGS:
            self._refuse("image", part)
            return False
        if one.target not in self.media:
            fault, leading = picture_fault(extension, content), reaches_outside(extension, content)
            if fault or leading:
                self._refuse_picture(one.target, fault, leading)
                return False
            if len(content) > _LARGEST_PICTURE:
                message = f"a picture of the base document has {len(content) // 1024} KB: it goes into every file"
                help_ = "make it smaller (Compress pictures), or draw the logo as SVG"
                finding = Diagnostic("base-picture", Severity.WARNING, message, None, help_, file=self.base.name)
                self.found.append(finding)
            name = f"media/house{len(self.media) + 1}.{extension}"
            self.media[one.target] = Media(name, content)
        return True

    def _refuse_picture(self, target: str, fault: str, leading: str) -> None:
        code, message = "base-part", f"the picture `{target}` of the base document {fault}"
        help_ = "insert the picture again, as PNG, JPEG or SVG"
        if leading:
            code, message = "base-external", f"the drawing `{target}` of the base document reaches outside: {leading}"
            help_ = "save it as plain SVG, without scripts, links and style sheets; or insert it as PNG"
        self.found.append(Diagnostic(code, Severity.ERROR, message, None, help_, file=self.base.name))

    def _refuse(self, kind: str, part: str) -> None:
        message = (
            f"the base document holds something of the kind `{kind}` in `{part}`, which no contract can take along"
        )
        help_ = "keep text, tables, shapes and pictures; turn charts and embedded files into pictures"
        self.found.append(Diagnostic("base-part", Severity.ERROR, message, None, help_, file=self.base.name))


_EMPTY: Final = f'<w:p><w:pPr><w:pStyle w:val="{names.FOOTER}"/></w:pPr></w:p>'


def _dress(root: etree._Element, styles: Styles) -> None:
    """Write our identifiers of styles; a paragraph that looks like an article, around the text, is not counted."""
    restyle(root, styles.renamed)
    for named in root.iter(f"{W}pStyle"):
        properties = named.getparent()
        if named.get(f"{W}val") in NUMBERED and properties is not None:
            unnumbered(properties)
            set_property(properties, "outlineLvl", val="9")


def _first_paragraph(root: etree._Element) -> etree._Element:
    """The first paragraph of a header that is on no drawing; a new one where there is none."""
    for paragraph in root.iter(f"{W}p"):
        if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None:
            return paragraph
    made = etree.SubElement(root, f"{W}p")
    set_property(etree.SubElement(made, f"{W}pPr"), "pStyle", val=names.HEADER)
    return made


def _whole(kind: Kind, content: Template) -> Template:
    tag = f"w:{_TAGS[kind]}"
    pieces = (f"{_XML}<{tag} {DECLARATIONS}>", *content, f"</{tag}>")
    # Neighbouring texts become one: fewer pieces to join for each contract.
    joined: list[str | Slot | Repeated] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(last, str):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return tuple(joined)
