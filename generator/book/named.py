"""The words of an entry beside the clauses as paragraphs, and back: each begins with its name and a colon.

A name says which definition, title or label the words are; so it stands in the text, and has to stay there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.approvals import Approvable, approvable
from generator.book.lines import BOUND_SPACE, INVISIBLE, plain, tidy
from generator.book.marks import DIGEST_LENGTH
from generator.library.approved import Wording
from generator.library.model import LANGUAGES, Library

_SPACES: Final = re.compile(r"[ \t]+")


def entries_of(library: Library) -> dict[str, Approvable]:
    """All whose texts can be edited in the book, by id: clauses, and other words that stand in a file."""
    entries = approvable(library)
    return {id_: one for id_, one in entries.items() if not isinstance(one, Wording) or any(one.places.values())}


def languages_of(wording: Wording) -> tuple[str, ...]:
    """The languages in which an entry has words that can be edited."""
    return tuple(language for language in LANGUAGES if wording.places.get(language))


@dataclass(frozen=True, slots=True)
class NamedWords:
    """The words of an entry in one language that stand in a file, each under its name."""

    words: Mapping[str, str]

    @staticmethod
    def of(wording: Wording, language: str) -> NamedWords:
        """Those that the library has."""
        placed = wording.places.get(language, {})
        return NamedWords({name: words for name, words in wording.words[language].items() if name in placed})

    @property
    def lines(self) -> list[str]:
        """The paragraphs of its control."""
        return [f"{name}: {words}" for name, words in self.words.items()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        """The digest by which a book knows these words."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class Misread:
    """A paragraph that is no line of an entry, or that says too little."""

    code: str
    message: str
    paragraph: int
    name: str = ""


@dataclass
class ReadLines:
    """What the paragraphs of a control say: words and paragraph by name, and what could not be read."""

    words: dict[str, str] = field(default_factory=dict)
    paragraphs: dict[str, int] = field(default_factory=dict)
    faults: list[Misread] = field(default_factory=list)


def read_lines(text: str, numbers: Sequence[int], names: Collection[str]) -> ReadLines:
    """The lines of ``text`` by their names; ``numbers`` gives the paragraph of each line."""
    read = ReadLines()
    for at, line in enumerate(_clean(text).split("\n")):
        paragraph = numbers[min(at, len(numbers) - 1)]
        if not line.strip():
            continue
        name, words = _split(line, names)
        if not name:
            read.faults.append(
                Misread("unnamed-line", "this line does not begin with the name of its words", paragraph)
            )
        elif name in read.words:
            read.faults.append(Misread("line-twice", f"the line `{name}` stands here twice", paragraph, name))
        else:
            read.words[name], read.paragraphs[name] = words, paragraph
            if not words:
                read.faults.append(Misread("words-gone", f"the words of `{name}` are gone", paragraph, name))
    for name in names:
        if name not in read.words:
            read.faults.append(Misread("words-gone", f"the line `{name}` is gone", 1, name))
    return read


def names_in(text: str) -> list[str]:
    """The names that lines of the book begin with, whatever the library has now."""
    names = (line.partition(": ")[0] for line in _clean(text).split("\n") if ": " in line)
    return list(dict.fromkeys(names))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


def _split(line: str, names: Collection[str]) -> tuple[str, str]:
    """The name that a line begins with, and its words; no name where it begins with none."""
    begin = BOUND_SPACE.sub(" ", line)
    for name in sorted(names, key=len, reverse=True):
        found = re.match(rf" *{re.escape(name)} ?:", begin)
        if found is not None:
            return name, line[found.end() :].strip()
    return "", ""


def settled_words(base: str, typed: str, language: str) -> str:
    """What was typed, as the library would have it: words that say what they said before are as they were."""
    same = _SPACES.sub(" ", plain(typed)) == _SPACES.sub(" ", plain(base))
    return base if same else tidy(typed, language).replace("\t", " ")


@dataclass(frozen=True, slots=True)
class Merged:
    """What the words of an entry should be; ``changed`` by the book, ``conflicts`` where the library changed too."""

    words: Mapping[str, str]
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]


def merged(base: Mapping[str, str], typed: Mapping[str, str], current: Mapping[str, str], language: str) -> Merged:
    """The words of the library with what was changed in the book since both were the same: name by name."""
    words = dict(current)
    changed, conflicts = [], []
    for name, held in base.items():
        mine, theirs = settled_words(held, typed[name], language), current.get(name)
        if mine == held:
            continue
        if theirs is not None and theirs in (held, mine):
            words[name] = mine
            changed.append(name)
        else:
            conflicts.append(name)
    return Merged(words, tuple(changed), tuple(conflicts))
