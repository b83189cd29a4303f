"""The pages that the README shows: ``python -m tests.pictures`` (``make pictures``) makes them from the examples."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from generator.api import build
from generator.pipeline import Options

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
# Legible on a screen, and a page of text stays below this many bytes.
DOTS_PER_INCH = 84
SHADES = 24
LARGEST = 150_000


@dataclass(frozen=True)
class Picture:
    """One page of one document of an example, and the options that it is built with."""

    name: str
    deal: str
    part: str
    page: int
    language: str = ""
    base: str = ""


PICTURES = (
    Picture("summary", "pme-acme", "D00", 1),
    Picture("contents", "pme-acme", "D01", 1),
    Picture("service-levels", "gc-grand-compte", "D03", 4, base="contracts/granit/base.docx"),
    Picture("two-languages", "pme-acme", "D01", 3, language="fr+en"),
)


def page(picture: Picture, folder: Path) -> bytes:
    """The page as a PNG file in few shades of colour."""
    options = Options(language=picture.language, base=ROOT / picture.base if picture.base else None)
    deal = ROOT / "contracts" / f"{picture.deal}.yaml"
    made = build(deal, folder / picture.name, formats=("pdf",), bound=False, options=options)
    (pdf,) = (file for file in made.files if f"-{picture.part}-" in file.name)
    number = str(picture.page)
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-f", number, "-l", number, str(pdf)]
    drawn = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    target = BytesIO()
    Image.open(BytesIO(drawn)).quantize(SHADES).save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch:
        for picture in PICTURES:
            content = page(picture, Path(scratch))
            assert len(content) < LARGEST, f"{picture.name}: {len(content)} bytes"
            (FOLDER / f"{picture.name}.png").write_bytes(content)


if __name__ == "__main__":
    main()
