"""What ties a text of the book to its entry: the tag of its content control, and bookmarks for who drops tags.

LibreOffice keeps neither tags nor controls around several paragraphs, but it keeps bookmarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from generator.library.model import LANGUAGES
from generator.ooxml.text import control_title

DIGEST_LENGTH: Final = 12
_SHORT: Final = 12
# Word takes no longer tag and no longer bookmark.
_TAG_LENGTH: Final = 64
_LANGUAGE_NAMES: Final = {"fr": "français", "en": "English"}
_LANGUAGES: Final = "|".join(LANGUAGES)
_TAG: Final = re.compile(rf"text:({_LANGUAGES}):(.+)#([0-9a-f]{{{DIGEST_LENGTH}}})")
_TEXT_BOOKMARK: Final = re.compile(rf"_Text_({_LANGUAGES})_([0-9a-f]{{{DIGEST_LENGTH}}})_([0-9a-f]{{{_SHORT}}})")
_CARD_BOOKMARK: Final = re.compile(rf"_Card_((?:{_LANGUAGES})*)_([0-9a-f]{{{DIGEST_LENGTH}}})_([0-9a-f]{{{_SHORT}}})")
TAG_START: Final = "text:"
TEXT_START: Final = "_Text_"
CARD_START: Final = "_Card_"


def short(text: str) -> str:
    """The first digits of the digest of a name, which stands for it where the name is too long."""
    return sha256(text.encode()).hexdigest()[:_SHORT]


@dataclass(frozen=True, slots=True)
class TextMark:
    """Which text stands in a control: its clause or other entry by id, the language, the text's digest."""

    entry: str
    language: str
    digest: str

    @property
    def tag(self) -> str:
        """``text:<language>:<id>#<digest>``; an id that is too long is cut and ends in ``~`` and its own digest."""
        room = _TAG_LENGTH - len(f"{TAG_START}{self.language}:#") - DIGEST_LENGTH
        return f"{TAG_START}{self.language}:{_cut(self.entry, room)}#{self.digest}"

    @property
    def alias(self) -> str:
        """The title on the frame of the control, as it stands in XML."""
        return control_title(f"{self.entry}, {_LANGUAGE_NAMES[self.language]}")

    @property
    def bookmark(self) -> str:
        return f"{TEXT_START}{self.language}_{self.digest}_{short(self.entry)}"


@dataclass(frozen=True, slots=True)
class CardMark:
    """The bookmark of an entry's heading: which languages follow, and the digest of all that is only for reading."""

    entry: str
    languages: tuple[str, ...]
    digest: str

    @property
    def bookmark(self) -> str:
        return f"{CARD_START}{''.join(self.languages)}_{self.digest}_{short(self.entry)}"


def link_bookmark(clause: str) -> str:
    """The bookmark of a clause's heading for links inside the book."""
    return f"_Link_{short(clause)}"


def _cut(entry: str, room: int) -> str:
    return entry if len(entry) <= room else f"{entry[: room - _SHORT - 1]}~{short(entry)}"


class Names:
    """The entries of a library by what stands for their ids in tags and bookmarks."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._by_tag: dict[tuple[str, str], str] = {}
        self._by_short: dict[str, str] = {}
        for id_ in ids:
            self._by_short[short(id_)] = id_
            for language in LANGUAGES:
                named = _TAG.fullmatch(TextMark(id_, language, "0" * DIGEST_LENGTH).tag)
                if named is not None:
                    self._by_tag[language, named[2]] = id_

    def of_tag(self, tag: str) -> tuple[TextMark | None, str]:
        """The mark in a tag, and the name that it gives the entry; no mark where the library has no such entry."""
        found = _TAG.fullmatch(tag)
        if found is None:
            return None, tag
        id_ = self._by_tag.get((found[1], found[2]))
        return (TextMark(id_, found[1], found[3]) if id_ is not None else None), found[2]

    def of_text_bookmark(self, name: str) -> TextMark | None:
        found = _TEXT_BOOKMARK.fullmatch(name)
        id_ = self._by_short.get(found[3]) if found is not None else None
        return TextMark(id_, found[1], found[2]) if found is not None and id_ is not None else None

    def of_card_bookmark(self, name: str) -> CardMark | None:
        found = _CARD_BOOKMARK.fullmatch(name)
        id_ = self._by_short.get(found[3]) if found is not None else None
        if found is None or id_ is None:
            return None
        return CardMark(id_, tuple(re.findall(_LANGUAGES, found[1])), found[2])


def letters_digest(letters: str) -> str:
    """The digest of a text without its spaces: what programs do to spaces and line ends does not count."""
    return sha256("".join(letters.split()).encode()).hexdigest()[:DIGEST_LENGTH]
