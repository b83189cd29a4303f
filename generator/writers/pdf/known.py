"""Pages that were found before: LibreOffice need not lay out again what has not changed since."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from generator.cache import recall, remember

_KIND: Final = "pages"


def layout_key(word: bytes, state: str) -> str:
    """What the pages of a Word file depend on: its own parts, LibreOffice and the fonts (``Office.state``).

    The files that it carries along are left out: they are not printed, and change with every version of the program.
    """
    digest = sha256(state.encode())
    with ZipFile(BytesIO(word)) as package:
        for name in package.namelist():
            if name.startswith("word/"):
                digest.update(f"{name}\0".encode() + sha256(package.read(name)).digest())
    return digest.hexdigest()


def known_pages(key: str, anchors: Collection[str]) -> dict[str, int] | None:
    """The pages kept under this key, where they are those of these anchors."""
    try:
        pages = json.loads(recall(_KIND, key))
    except ValueError:
        return None
    return dict(pages) if pages.keys() == set(anchors) else None


def keep_pages(key: str, pages: Mapping[str, int]) -> None:
    """Keep pages that LibreOffice confirmed for the very file that shows them."""
    remember(_KIND, key, json.dumps(dict(pages)))
