"""Right page numbers in the tables of contents: lay the files out, read the pages, write them again until they stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pikepdf import PdfError
from pikepdf import open as read_pdf

from generator.diagnostics import Diagnostic, Note, Severity
from generator.office import INSTALL, LOOK, Office, OfficeFailed
from generator.writers.pdf.destinations import LostBookmark, pages_of
from generator.writers.pdf.fonts import TWINS, fonts_of, replacement, specimen
from generator.writers.pdf.known import keep_pages, known_pages, layout_key
from generator.writers.pdf.layout import laid_out_as_in_word

Pages = Mapping[str, int]

# A table of contents that grows by a line moves every page once; more rounds than that are a page that swings.
_ROUNDS: Final = 4
_SPECIMEN: Final = "font "


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word file of a pack before its page numbers are known.

    ``write`` makes its bytes with these pages in its tables of contents, or without any; ``bookmarks`` gives, for the
    anchor of each entry of these tables, the bookmark of its heading: empty where the file has no such table.
    """

    name: str
    write: Callable[[Pages | None], bytes]
    bookmarks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """The bytes of a Word file and, where it was asked for, the PDF that LibreOffice made of this very file."""

    word: bytes
    pdf: bytes | None = None


def printed(
    files: Sequence[WordFile], office: Office | None, *, paged: bool, pdf: bool
) -> tuple[dict[str, Printed], tuple[Diagnostic, ...]]:
    """Every file by name; ``paged`` asks for page numbers, ``pdf`` for PDFs as well.

    Without LibreOffice, or where it fails, the files have no page numbers and a finding says so. A PDF that cannot be
    made is an error, and then there is no file at all.
    """
    if pdf and office is None:
        return {}, (_no_pdf("LibreOffice is not installed", INSTALL),)
    press = _Press(files, office, pdf=pdf)
    findings = press.number() if paged else []
    if not pdf:
        return press.printed(), tuple(findings)
    try:
        press.print_rest()
    except OfficeFailed as failure:
        return {}, (*findings, _no_pdf(failure.reason, failure.remedy))
    return press.printed(), tuple(findings)


class _Press:
    """The files on their way: what was written last, and what LibreOffice made of it."""

    def __init__(self, files: Sequence[WordFile], office: Office | None, *, pdf: bool) -> None:
        self.files: Final = {file.name: file for file in files}
        self.office: Final = office
        self.pdf: Final = pdf
        self.words: dict[str, bytes] = {}
        self.pdfs: dict[str, bytes] = {}

    def printed(self) -> dict[str, Printed]:
        return {
            name: Printed(self.words.get(name) or file.write(None), self.pdfs.get(name))
            for name, file in self.files.items()
        }

    def print_rest(self) -> None:
        """The PDFs of the files that have none yet. Raises ``OfficeFailed``."""
        assert self.office is not None
        for name, file in self.files.items():
            if name not in self.words:
                self.words[name] = file.write(None)
        self.pdfs |= _pdfs(self.office, {name: word for name, word in self.words.items() if name not in self.pdfs})

    def number(self) -> list[Diagnostic]:
        """Put page numbers into the files that have a table of contents, all of them in one run a round."""
        listed = {name: file for name, file in self.files.items() if file.bookmarks}
        if not listed:
            return []
        if self.office is None:
            return [_no_numbers(listed, "LibreOffice is not installed", INSTALL)]
        try:
            return self._number(listed, self.office)
        except OfficeFailed as failure:
            found = _no_numbers(listed, failure.reason, failure.remedy)
        except (LostBookmark, PdfError) as failure:
            reason = f"LibreOffice does not tell where the headings stand ({failure})"
            found = _no_numbers(listed, reason, "update LibreOffice")
        self.words.clear()
        self.pdfs.clear()
        return [found]

    def _number(self, listed: Mapping[str, WordFile], office: Office) -> list[Diagnostic]:
        blank = {name: file.write(dict.fromkeys(file.bookmarks, 0)) for name, file in listed.items()}
        state = office.state()
        keys = {name: layout_key(word, state) for name, word in blank.items()}
        known = {name: known_pages(keys[name], file.bookmarks) for name, file in listed.items()}
        pages = {name: found for name, found in known.items() if found is not None}
        if not self.pdf:
            self.words |= {name: listed[name].write(found) for name, found in pages.items()}
            pages.clear()
        unknown = {name: word for name, word in blank.items() if known[name] is None}
        if unknown:
            fonts = sorted(frozenset().union(*map(fonts_of, unknown.values())))
            made = _pdfs(office, unknown | {_SPECIMEN + font: specimen(font) for font in fonts})
            replaced = {font: other for font in fonts if (other := replacement(font, made[_SPECIMEN + font]))}
            if replaced:
                self.words.clear()
                return [_substituted(listed, replaced)]
            pages |= {name: pages_of(made[name], listed[name].bookmarks) for name in unknown}
        swinging = self._settle(listed, office, pages, keys)
        if not swinging:
            return []
        reason = f"the pages still change after {_ROUNDS} rounds"
        return [_no_numbers(swinging, reason, "update the table of contents in Word (F9) before you send the file")]

    def _settle(
        self, listed: Mapping[str, WordFile], office: Office, pages: dict[str, dict[str, int]], keys: Mapping[str, str]
    ) -> Iterable[str]:
        """Write the files with these pages and lay them out until they stand there; the names of those that never do.

        The other files of a pack with PDFs go along in the first round.
        """
        others = {name: file.write(None) for name, file in self.files.items() if self.pdf and name not in listed}
        for _ in range(_ROUNDS):
            if not pages:
                break
            words = {name: listed[name].write(found) for name, found in pages.items()} | others
            made = _pdfs(office, words)
            found = {name: pages_of(made[name], listed[name].bookmarks) for name in pages}
            settled = {name for name in pages if found[name] == pages[name]}
            for name in settled:
                keep_pages(keys[name], pages[name])
            self.words |= {name: words[name] for name in (*settled, *others)}
            self.pdfs |= {name: made[name] for name in (*settled, *others)}
            pages = {name: found[name] for name in pages if name not in settled}
            others = {}
        return pages


# ---- findings


def _named(files: Iterable[str]) -> tuple[Note, ...]:
    return tuple(Note(f"{name}.docx") for name in files)


def _pdfs(office: Office, words: Mapping[str, bytes]) -> dict[str, bytes]:
    """The PDF of each Word file. Raises ``OfficeFailed``, also where one of them is cut off or is no PDF at all."""
    made = office.pdfs({name: laid_out_as_in_word(word) for name, word in words.items()})
    for name, pdf in made.items():
        try:
            # A reader would repair what is cut off, and show a contract without its end.
            with read_pdf(BytesIO(pdf), attempt_recovery=False) as document:
                whole = len(document.pages) > 0
        except (PdfError, ValueError):
            whole = False
        if not whole:
            raise OfficeFailed(f"LibreOffice made of {name} what is not a whole PDF", LOOK)
    return made


def _no_numbers(files: Iterable[str], reason: str, remedy: str) -> Diagnostic:
    message = f"the tables of contents have no page numbers: {reason}"
    return Diagnostic("no-page-numbers", Severity.WARNING, message, None, remedy, _named(files))


def _substituted(files: Iterable[str], replaced: Mapping[str, str]) -> Diagnostic:
    shown = ", ".join(f"`{font}` is set in `{other}`" for font, other in sorted(replaced.items()))
    message = f"the tables of contents have no page numbers, for they would not be Word's: {shown}"
    wanted = ", ".join(TWINS.get(font, (font,))[0] for font in sorted(replaced))
    help_ = f"install {wanted} (fonts of the same widths), or let Word update the table of contents (F9)"
    return Diagnostic("substituted-font", Severity.WARNING, message, None, help_, _named(files))


def _no_pdf(reason: str, remedy: str) -> Diagnostic:
    return Diagnostic("no-pdf", Severity.ERROR, f"no PDF can be made: {reason}", None, remedy)
