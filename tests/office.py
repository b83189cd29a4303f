"""LibreOffice and poppler for tests. A program that is missing is a failure, not a skip."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from generator import office as program

# The strip of an A4 page between header and footer, in points.
_STRIP = ("-x", "0", "-y", "66", "-W", "596", "-H", "700", "-r", "72")


class Office:
    """The program's own LibreOffice; what it made last stays in ``folder/out`` for a person to look at."""

    def __init__(self, folder: Path, started: program.Office) -> None:
        self.folder = folder
        self.started = started

    def converted(self, files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
        """Convert Word files, named without suffix; ``target`` is as for ``--convert-to`` (``pdf``, ``txt:…``)."""
        made = self.started.converted(files, target)
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        for name, content in made.items():
            (out / f"{name}.{target.split(':')[0]}").write_bytes(content)
        return made

    def texts(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """The text of Word files as LibreOffice lays it out, with the numbers that it counted itself."""
        found = self.converted(files, "txt:Text (encoded):UTF8")
        return {name: content.decode("utf-8-sig") for name, content in found.items()}

    def pages(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """The letters of the laid-out pages of Word files, without headers, footers and spaces.

        Spaces go because a PDF does not keep the narrow ones.
        """
        made = self.converted(files, "pdf")
        return {name: letters(page_texts(content, frame=False)) for name, content in made.items()}

    def whole_pages(self, name: str) -> str:
        """The letters of a file that was laid out last, headers and footers too."""
        return letters(page_texts((self.folder / "out" / f"{name}.pdf").read_bytes()))


def page_texts(pdf: bytes, *, frame: bool = True) -> list[str]:
    """The text of each page, in reading order; ``frame`` is the header and the footer."""
    command = ["pdftotext", "-raw", *(() if frame else _STRIP), "-", "-"]
    read = subprocess.run(command, input=pdf, check=True, capture_output=True, timeout=60)
    return read.stdout.decode().split("\f")[:-1]


def letters(texts: list[str]) -> str:
    """Texts without their spaces."""
    return "".join("".join(texts).split())


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice of this test run."""
    with program.libreoffice(time_limit=240) as started:
        if started is None:
            pytest.fail("soffice is missing: the Word writer is not proven without it")
        yield Office(tmp_path_factory.mktemp("office"), started)
