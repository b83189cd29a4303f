"""Text as it stands in XML: the one place where characters are escaped, or refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NOTABLE: Final = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class ForbiddenCharacter(ValueError):
    """A character that XML 1.0 cannot carry has reached the writer; earlier stages should have refused it."""

    def __init__(self, character: str, text: str) -> None:
        super().__init__(f"U+{ord(character):04X} cannot stand in a Word file: {text[:80]!r}")
        self.character = character


def escaped(text: str) -> str:
    """``text`` as it may stand between two tags or inside double quotes.

    Raises ``ForbiddenCharacter`` for a character that is not in XML 1.0.
    """
    if _NOTABLE.search(text) is None:
        return text
    if forbidden := _FORBIDDEN.search(text):
        raise ForbiddenCharacter(forbidden.group(), text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


# The texts of the library come again in every contract.
@lru_cache(maxsize=16384)
def run(text: str, properties: str = "") -> str:
    """One run of text. A line feed becomes a line break and a tab a tab stop, as when typed in Word."""
    safe = text if _NOTABLE.search(text) is None else _broken(escaped(text))
    # Word drops spaces at either end of a run that does not ask to keep them.
    keep = "" if safe.strip() == safe else _PRESERVE
    return f"<w:r>{properties}<w:t{keep}>{safe}</w:t></w:r>"


def _broken(safe: str) -> str:
    lines = safe.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\n", _BREAK).replace("\t", _TAB)


def attribute(text: str) -> str:
    """``text`` inside an attribute, on one line: alternative texts, titles of controls."""
    return escaped(" ".join(text.split()))


# Word shows no more of it on the frame of a control, and takes a longer one for damage.
_TITLE_LENGTH: Final = 64


def control_title(text: str) -> str:
    """The title of a content control: one line of at most 64 characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) > _TITLE_LENGTH:
        line = line[: _TITLE_LENGTH - 1].rpartition(" ")[0] or line[: _TITLE_LENGTH - 1]
        line = f"{line.rstrip(' ,;:.–-')}…"
    return escaped(line)


_PRESERVE: Final = ' xml:space="preserve"'
_BREAK: Final = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB: Final = '</w:t><w:tab/><w:t xml:space="preserve">'
