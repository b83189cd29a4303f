"""The files of a pack: which documents go into which file, in which format, under which name."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.diagnostics import Diagnostic
from generator.document.pair import Contract, Facing
from generator.office import Office
from generator.pipeline import Draft
from generator.record import RECEIPT, RESOLVED, record

if TYPE_CHECKING:
    from generator.ooxml.house import House
    from generator.writers.pdf import Printed, WordFile

FORMATS = ("docx", "pdf", "md", "html", "json", "ics")
# The dates of the contract make one calendar for the whole pack, and no document.
CALENDAR: Final = "ics"
Write = Callable[[Contract, Sequence[str] | None], bytes]


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write: its name inside the folder of the deal, its bytes, and what it holds (part ids)."""

    name: str
    content: bytes
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """How a pack is written.

    ``bound`` is one file for the whole pack; without it that is so for the segment ``tpe``. ``redline_only`` has Word
    record every edit. ``carry_record`` puts the deal, the resolved deal and the receipt into each file.
    ``page_numbers`` asks LibreOffice for the pages in the tables of contents. ``apart`` are documents (part ids) that
    get a file of their own beside a bound pack, such as forms to fill in later; one that the pack lacks is passed over.
    ``fast`` deflates Word files less: they are written sooner and are larger.
    """

    formats: tuple[str, ...] = ("docx",)
    bound: bool | None = None
    redline_only: bool = False
    carry_record: bool = True
    page_numbers: bool = True
    apart: tuple[str, ...] = ()
    fast: bool = False


_USUAL: Final = Form()


def outputs(draft: Draft, form: Form = _USUAL) -> tuple[Output, ...]:
    """The files of a complete draft, in the order in which they are listed, made without any other program.

    Tables of contents have no page numbers then, and there is no PDF: ``laid_out`` has both.
    """
    return _outputs(draft, form, record(draft), {})


def laid_out(
    draft: Draft, form: Form = _USUAL, office: Office | None = None
) -> tuple[tuple[Output, ...], tuple[Diagnostic, ...]]:
    """The files of a complete draft with what LibreOffice knows of them: page numbers and PDFs.

    Findings say what is left out for want of LibreOffice or of a font; one that is an error leaves no file at all.
    """
    pdf = "pdf" in form.formats
    if not pdf and not (form.page_numbers and "docx" in form.formats):
        return outputs(draft, form), ()
    from generator.writers.pdf import printed

    beside = record(draft)
    made, findings = printed(_word_files(draft, form, beside), office, paged=form.page_numbers, pdf=pdf)
    if any(finding.is_error for finding in findings):
        return (), findings
    return _outputs(draft, form, beside, made), findings


@dataclass(frozen=True, slots=True)
class _Target:
    """One file of a pack, in any format: ``stem`` is its name without the format, ``chosen`` what writers take."""

    stem: str
    contract: Contract
    parts: tuple[str, ...]
    chosen: tuple[str, ...] | None


def _targets(draft: Draft, form: Form, language: str) -> list[_Target]:
    assert draft.deal is not None
    deal_id = draft.deal.values["meta"]["deal_id"]
    bound = form.bound
    if bound is None:
        bound = draft.deal.values["context"]["segment"] == "tpe"
    contract = draft.contracts[language]
    parts = contract.document.parts
    whole = [_Target(f"{deal_id}.{language}", contract, tuple(part.id for part in parts), None)] if bound else []
    alone = [part for part in parts if part.id in form.apart] if bound else parts
    return whole + [
        _Target(f"{deal_id}-{part.id}-{slug(part.name)}.{language}", contract, (part.id,), (part.id,)) for part in alone
    ]


def _outputs(draft: Draft, form: Form, beside: Mapping[str, bytes], made: Mapping[str, Printed]) -> tuple[Output, ...]:
    """All files: those that were laid out are in ``made`` by their stem, the others are written here."""
    assert draft.complete
    carried = beside if form.carry_record else {}
    written: list[Output] = []
    for language in draft.contracts:
        targets = _targets(draft, form, language)
        for format_ in form.formats:
            if format_ == CALENDAR:
                written.append(_calendar(draft, language))
                continue
            for target in targets:
                content = _printed(made.get(target.stem), format_, target, carried)
                if content is None:
                    content = _writer(format_, form, carried, draft.house)(target.contract, target.chosen)
                written.append(Output(f"{target.stem}.{format_}", content, target.parts))
    written += [Output(name, beside[name], ()) for name in (RESOLVED, RECEIPT)]
    return tuple(written)


def _calendar(draft: Draft, language: str) -> Output:
    """The dates of the contract; in two languages, each event has both."""
    from generator.writers import ics

    assert draft.deal is not None and draft.facts is not None
    values, facts = draft.deal.values, draft.facts.scope["facts"]
    parties, deal_id = values["parties"], values["meta"]["deal_id"]
    provider = parties["provider"]["legal_name"]
    events = tuple(
        ics.Event(
            entry["id"],
            datetime.date.fromisoformat(entry["date"]),
            " / ".join(entry["label"][name] for name in language.split("+")),
        )
        for entry in facts["key_dates"]
    )
    calendar = ics.Calendar(
        contract=f"{provider}\n{values['amends'].get('contract', deal_id)}",
        title=f"{provider} / {parties['client']['legal_name']}",
        stamp=datetime.date.fromisoformat(facts["as_of"]),
        events=events,
    )
    return Output(f"{deal_id}.{language}.{CALENDAR}", ics.write(calendar), ())


def _printed(made: Printed | None, format_: str, target: _Target, carried: Mapping[str, bytes]) -> bytes | None:
    """The file where it was laid out; the other formats are written from the tree."""
    if made is None or format_ not in ("docx", "pdf"):
        return None
    if format_ == "docx":
        return made.word
    from generator.writers.pdf import archival

    assert made.pdf is not None
    return archival(made.pdf, target.contract.document, carried)


def _word_files(draft: Draft, form: Form, beside: Mapping[str, bytes]) -> list[WordFile]:
    """The Word files of a pack, before their page numbers are known."""
    from generator.writers import docx
    from generator.writers.pdf import WordFile

    carried = beside if form.carry_record else {}

    def word_file(target: _Target) -> WordFile:
        def write(pages: Mapping[str, int] | None) -> bytes:
            return docx.write(
                target.contract,
                target.chosen,
                embedded=carried,
                pages=pages,
                redline_only=form.redline_only,
                fast=form.fast,
                house=draft.house,
            )

        return WordFile(target.stem, write, docx.headings(target.contract, target.chosen))

    return [word_file(target) for language in draft.contracts for target in _targets(draft, form, language)]


def _writer(format_: str, form: Form, embedded: Mapping[str, bytes], house: House | None) -> Write:
    match format_:
        case "docx":
            from generator.writers import docx

            return lambda contract, parts: docx.write(
                contract, parts, embedded=embedded, redline_only=form.redline_only, fast=form.fast, house=house
            )
        case "md":
            from generator.writers import markdown, markdown_facing

            return lambda contract, parts: (
                markdown_facing.write(contract, parts)
                if isinstance(contract, Facing)
                else markdown.write(contract, parts)
            )
        case "html":
            from generator.writers import html

            return html.write
        case "json":
            from generator.writers import json as json_writer

            return json_writer.write
        case _:
            raise ValueError(f"unknown format {format_}")


def slug(text: str) -> str:
    """A part of a file name: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
