"""What a lawyer approves: by whom and when, and the words of the library that contracts print beside clause texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from generator.diagnostics import Span
from generator.source import Path, Source
from generator.typography import typeset

State = Literal["approved", "stale", "none"]
Spoken = tuple[str, ...]
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Approval:
    """A lawyer's approval of one text: it holds as long as ``digest`` is the digest of that text.

    ``use`` is the digest of where and when the text stood in a contract that day; empty where it was not recorded.
    """

    by: str
    on: str
    digest: str
    use: str = ""


def state_of(approval: Approval | None, digest: str) -> State:
    """Whether an approval holds for the text with this digest."""
    if approval is None:
        return "none"
    return "approved" if approval.digest == digest else "stale"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that contracts print and that are no clause text: a definition, the titles of a document, labels.

    ``words`` has, by language and in order, each of them under its name. They stand at ``span``; the approval is kept
    in ``source`` below ``home``. ``uses`` is what decides where they are printed, as far as the entry says so.

    ``places`` gives, by language and name, the path of each in the file of ``span``; words without one are computed, or
    a part of something longer. ``templates`` names those in which values and conditions are read.
    """

    id: str
    words: Mapping[str, Mapping[str, str]]
    uses: Mapping[str, Any]
    approved: Mapping[str, Approval]
    source: Source
    home: Path
    span: Span
    places: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    _digests: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _phrases: dict[str, tuple[Spoken, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """The first word of the id: ``glossary``, ``outline``, ``sheet`` …"""
        return self.id.partition(".")[0]

    def text(self, language: str) -> str:
        """What a lawyer reads and approves: one line for each of the words, with its name."""
        return "\n".join(f"{name}: {words}" for name, words in self.words[language].items())

    def digest(self, language: str) -> str:
        """The digest of that text: 12 hexadecimal digits."""
        if language not in self._digests:
            self._digests[language] = hashlib.sha256(self.text(language).encode()).hexdigest()[:12]
        return self._digests[language]

    def phrases(self, language: str) -> tuple[Spoken, ...]:
        """Its texts as they are known again in what is printed."""
        if language not in self._phrases:
            texts = self.words.get(language, {}).values()
            self._phrases[language] = tuple(filter(None, (spoken(typeset(text, language)) for text in texts)))
        return self._phrases[language]

    def place(self, language: str, name: str) -> Span:
        """Where words stand: their scalar, or else their entry, as where the file is the schema."""
        path = self.places.get(language, {}).get(name)
        return self.source.span(path) if path is not None and self.span.file == self.source.file else self.span

    def approval_state(self, language: str) -> State:
        """Whether a lawyer approved the words that would be printed; words that are not there ask for none."""
        if language not in self.words:
            return "approved"
        return state_of(self.approved.get(language), self.digest(language))


def spoken(text: str) -> Spoken:
    """The words of a text, whatever capitals it has and signs it has between them."""
    return tuple(_WORD.findall(text.casefold()))


def approvals_in(entry: Mapping[str, Any]) -> dict[str, Approval]:
    """The approvals that an entry of a library file holds, by language."""
    return {
        language: Approval(held["by"], held["on"], held["text"], held.get("use", ""))
        for language, held in entry.get("approved", {}).items()
    }
