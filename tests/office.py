"""LibreOffice for tests: converts files in a profile of its own. A missing soffice is a failure, not a skip."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest


class Office:
    """One private LibreOffice profile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def converted(self, files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
        """Convert Word files, named without suffix; ``target`` is as for ``--convert-to`` (``pdf``, ``txt:…``)."""
        inside = self.folder / "in"
        outside = self.folder / "out"
        for place in (inside, outside):
            place.mkdir(exist_ok=True)
        paths = []
        for name, content in files.items():
            path = inside / f"{name}.docx"
            path.write_bytes(content)
            paths.append(str(path))
        command = [
            "soffice",
            f"-env:UserInstallation=file://{self.folder}/profile",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(outside),
            *paths,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=240)
        except FileNotFoundError:
            pytest.fail("soffice is missing: the Word writer is not proven without it")
        suffix = target.split(":")[0]
        return {name: (outside / f"{name}.{suffix}").read_bytes() for name in files}

    def texts(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """The text of Word files as LibreOffice lays it out, with the numbers that it counted itself."""
        found = self.converted(files, "txt:Text (encoded):UTF8")
        return {name: content.decode("utf-8-sig") for name, content in found.items()}

    def pages(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """The letters of the laid-out pages of Word files, without headers, footers and spaces.

        Spaces go because a PDF does not keep the narrow ones.
        """
        return {name: self._page_letters(name) for name in self.converted(files, "pdf")}

    def _page_letters(self, name: str) -> str:
        # The strip of an A4 page between header and footer, in points.
        strip = ["-x", "0", "-y", "66", "-W", "596", "-H", "700", "-r", "72"]
        command = ["pdftotext", "-raw", *strip, str(self.folder / "out" / f"{name}.pdf"), "-"]
        read = subprocess.run(command, check=True, capture_output=True, timeout=60)
        return "".join(read.stdout.decode().split())


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A LibreOffice of this test run."""
    return Office(tmp_path_factory.mktemp("office"))
