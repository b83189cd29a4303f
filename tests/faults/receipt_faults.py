"""Faults that only the receipt in the file can show."""

from __future__ import annotations

from tests.faults.planting import (
    DOCUMENT,
    changed,
    fault,
    paragraph,
    part_like,
    parts_of,
    run,
    said,
    substituted,
)


def _receipt(content: bytes) -> str:
    """The name of the part that holds the receipt."""
    return next(name for name, part in parts_of(content).items() if b'name="receipt.json"' in part)


@fault("edited-clause")
def word_changed_in_a_clause(content: bytes) -> bytes:
    """One letter changed in a clause."""
    return substituted(content, DOCUMENT, r'(w:name="_Clause[^"]*"/>.*?<w:t>[^<]*)e', r"\1E")


@fault("missing-clause")
def clause_taken_out(content: bytes) -> bytes:
    """A whole clause taken out."""

    def without_the_last(text: str) -> str:
        start = text.rindex('<w:sdt><w:sdtPr><w:alias w:val="', 0, text.rindex("_Clause"))
        end = text.index("</w:sdt>", text.index("<w:bookmarkEnd", text.rindex("_Clause"))) + len("</w:sdt>")
        return text[:start] + text[end:]

    return changed(content, DOCUMENT, without_the_last)


@fault("added-text")
def paragraph_added(content: bytes) -> bytes:
    """A paragraph of plain words after the last clause."""
    return said(content, "Par dérogation, le présent contrat est gratuit.")


@fault("added-text")
def title_changed(content: bytes) -> bytes:
    """A word added to a heading."""
    return substituted(content, DOCUMENT, r'(<w:pStyle w:val="AnnexSection"/>.*?<w:t[^>]*>)', r"\1Sans ")


@fault("added-text")
def footer_changed(content: bytes) -> bytes:
    """Words added to a footer."""
    words = paragraph(run("Offre sans engagement"))
    return substituted(content, part_like(content, "footer"), r"</w:ftr>", f"{words}</w:ftr>")


@fault("broken-receipt")
def receipt_cut_short(content: bytes) -> bytes:
    """The receipt cut in the middle."""
    return substituted(content, _receipt(content), r"&quot;clauses&quot;: .*(?=</embedded>)", "&quot;clauses&quot;: {")
