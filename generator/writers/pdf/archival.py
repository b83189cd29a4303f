"""What LibreOffice leaves open in a PDF: fixed dates and identity, consistent metadata, the files carried along."""

from __future__ import annotations

import mimetypes
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import AttachedFileSpec, Dictionary, Name
from pikepdf import open as read_pdf

from generator.document.nodes import Document, Properties
from generator.ooxml.base import language_tag
from generator.ooxml.text import escaped
from generator.writers.pdf.drawings import hide_decoration, share_drawings

CREATOR: Final = "Clausier"
# What a contract was made from; every other file says more about it.
_SOURCES: Final = ("deal.yaml",)
# Where the header of a colour profile has its date: six numbers of two bytes (ICC.1, 7.2.8).
_PROFILE_DATE: Final = 24
# The registered type of YAML (RFC 9512), which systems do not know yet.
_TYPES: Final = {".yaml": "application/yaml", ".yml": "application/yaml"}


def archival(pdf: bytes, document: Document, embedded: Mapping[str, bytes]) -> bytes:
    """The PDF/A-3b and PDF/UA-1 file that LibreOffice made of ``document``, with ``embedded`` attached by name.

    The same input gives the same bytes: all dates are those of the contract, the identity is a digest of the content.
    Raises ``pikepdf.PdfError`` for what is not a PDF.
    """
    with read_pdf(BytesIO(pdf)) as opened:
        properties = document.properties
        created = _instant(properties.created)
        producer = str(opened.docinfo.get("/Producer", "LibreOffice"))
        _describe(opened, properties, producer, created)
        packet = _metadata(document, producer, created).encode()
        opened.Root.Metadata = opened.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)
        opened.Root.Lang = pikepdf.String(language_tag(document.language))
        _attach(opened, embedded, created)
        _date_colours(opened, created)
        _tab_in_order(opened)
        hide_decoration(opened)
        share_drawings(opened)
        # The identity and the checksum that LibreOffice gave to a file that is no longer this one.
        for name in ("/ID", "/DocChecksum"):
            if name in opened.trailer:
                del opened.trailer[name]
        written = BytesIO()
        opened.save(
            written,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return written.getvalue()


def _instant(created: str) -> datetime:
    moment = datetime.fromisoformat(created)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _pdf_date(moment: datetime) -> str:
    return moment.strftime("D:%Y%m%d%H%M%SZ")


def _describe(pdf: pikepdf.Pdf, properties: Properties, producer: str, created: datetime) -> None:
    """The information dictionary; PDF/A asks that the metadata below say the same."""
    entries = {
        "/Title": properties.title,
        "/Author": properties.author,
        "/Subject": properties.subject,
        "/Creator": CREATOR,
        "/Producer": producer,
        "/CreationDate": _pdf_date(created),
        "/ModDate": _pdf_date(created),
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: pikepdf.String(text) for key, text in entries.items()}))


def _metadata(document: Document, producer: str, created: datetime) -> str:
    """The XMP packet, written by hand: a library would put the time of the build into it."""
    properties = document.properties
    date = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    spaces = {
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
    }
    declared = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<rdf:Description rdf:about="" {declared}>\n'
        "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n<pdfuaid:part>1</pdfuaid:part>\n"
        f"<dc:format>application/pdf</dc:format>\n{_alternative('title', properties.title)}"
        f"<dc:creator><rdf:Seq><rdf:li>{escaped(properties.author)}</rdf:li></rdf:Seq></dc:creator>\n"
        f"{_alternative('description', properties.subject)}"
        f"<dc:language><rdf:Bag><rdf:li>{language_tag(document.language)}</rdf:li></rdf:Bag></dc:language>\n"
        f"<pdf:Producer>{escaped(producer)}</pdf:Producer>\n<xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>\n"
        f"<xmp:CreateDate>{date}</xmp:CreateDate>\n<xmp:ModifyDate>{date}</xmp:ModifyDate>\n"
        f'</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
    )


def _alternative(name: str, text: str) -> str:
    return f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escaped(text)}</rdf:li></rdf:Alt></dc:{name}>\n'


def _date_colours(pdf: pikepdf.Pdf, created: datetime) -> None:
    """Give the colour profiles the date of the contract: LibreOffice makes them anew, with the time, for each file."""
    for intent in pdf.Root.OutputIntents:
        profile = intent.DestOutputProfile
        content = bytes(profile)
        date = struct.pack(">6H", *created.timetuple()[:6])
        profile.write(content[:_PROFILE_DATE] + date + content[_PROFILE_DATE + len(date) :])


def _tab_in_order(pdf: pikepdf.Pdf) -> None:
    """Let the tab key go from link to link as the text is read; LibreOffice 7.4 writes that as a text, not a name."""
    for page in pdf.pages:
        if "/Annots" in page.obj:
            page.obj.Tabs = Name.S


def _attach(pdf: pikepdf.Pdf, embedded: Mapping[str, bytes], created: datetime) -> None:
    """Attach the files, and associate them with the document as PDF/A-3 asks: each says what it is to the contract."""
    for name, content in sorted(embedded.items()):
        suffix = f".{name.rpartition('.')[2]}"
        specification = AttachedFileSpec(
            pdf,
            content,
            filename=name,
            description=name,
            mime_type=_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            creation_date=_pdf_date(created),
            mod_date=_pdf_date(created),
        )
        specification.obj.AFRelationship = Name.Source if name in _SOURCES else Name.Data
        pdf.attachments[name] = specification
    if embedded:
        pdf.Root.AF = pikepdf.Array([pdf.attachments[name].obj for name in sorted(embedded)])
