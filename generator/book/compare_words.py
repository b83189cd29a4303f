"""What the book proposes for definitions, titles and labels: name by name, so that two books can change one entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from generator.book.comparing import Compared, WordsProposal
from generator.book.findings import refused
from generator.book.named import Merged, Misread, NamedWords, ReadLines, merged, names_in, read_lines, settled_words
from generator.book.revised import Fault, Mark
from generator.characters import FORBIDDEN, character_name
from generator.diagnostics import Diagnostic, Note
from generator.library.approved import Wording

_BRACES: Final = re.compile(r"\{\{|\{%|\{#")
_AGAIN: Final = "export the book again, and make the change there"
_WORDS_ALONE: Final = "a definition, title or label is words alone, on one line: take it out"
_HELP: Final[Mapping[str, str]] = {
    "unnamed-line": "words stand on one line, behind their name and a colon: restore the name, or join the line with "
    "the one above; a new entry begins in the file",
    "line-twice": "keep one of the two",
    "words-gone": "write it as it was, with words behind the colon; to take an entry out, remove it in the file",
}


def _nobody(_: Mark) -> bool:
    return False


@dataclass
class WordsText(Compared):
    """The words of one entry in one language."""

    wording: Wording

    def compare(self) -> None:
        if self.too_long():
            return
        current = NamedWords.of(self.wording, self.mark.language)
        stale = current.digest != self.mark.digest
        base = NamedWords(self.original(names_in(self.revised.original)).words) if stale else current
        if stale and base.digest != self.mark.digest:
            self.without_base(current)
            return
        read = self.read(base.words)
        refusals = [*self.faults(self.notes_of(read)), *map(self.misread, read.faults)]
        after = merged(base.words, {**base.words, **read.words}, current.words, self.mark.language)
        refusals += self.unwritable(after, current, read)
        refusals += [self.conflict(name, read.paragraphs[name]) for name in after.conflicts]
        untracked = not stale and self.is_untracked(current)
        if untracked and self.authors and not refusals:
            self.refuse_untracked()
            return
        self.comparison.findings += refusals
        self.leave_out()
        if not refusals:
            self.propose(current, after, read, stale=stale, untracked=untracked)

    def propose(
        self, current: NamedWords, after: Merged, read: ReadLines, *, stale: bool, untracked: bool
    ) -> None:  # fmt: skip
        new = NamedWords(after.words)
        if new == current:
            if after.changed:
                self.comparison.taken_already.append(self.mark)
            else:
                self.comparison.unchanged += 1
            return
        paragraphs = {name: read.paragraphs[name] for name in after.changed if new.words[name] != current.words[name]}
        changes = self.followed()
        if stale:
            # What was taken before is not proposed again.
            changes = tuple(one for one in changes if one.paragraph in paragraphs.values()) or changes
        loses = self.loses(self.wording)
        self.comparison.proposals.append(
            WordsProposal(self.mark.language, changes, untracked, loses, self.wording, current, new, paragraphs)
        )

    # ---- what the book said, and says

    def original(self, names: Sequence[str]) -> ReadLines:
        """What the lines said before every tracked change."""
        return read_lines(self.revised.original, self.revised.paragraphs(_nobody), names)

    def read(self, names: Mapping[str, str]) -> ReadLines:
        """What the lines say once the changes of those who are followed are accepted."""
        return read_lines(self.typed, self.revised.paragraphs(self.follows), list(names))

    def is_untracked(self, current: NamedWords) -> bool:
        original = self.original(list(current.words)).words
        return any(
            settled_words(held, original.get(name, ""), self.mark.language) != held
            for name, held in current.words.items()
        )

    def without_base(self, current: NamedWords) -> None:
        """The library changed, and what the book began with is lost among edits that were not tracked."""
        read = self.read(current.words)
        same = {name: settled_words(current.words[name], said, self.mark.language) for name, said in read.words.items()}
        if not read.faults and same == current.words:
            self.comparison.taken_already.append(self.mark)
            return
        message = f"the library's words changed since the book was made (they are now {current.digest})"
        self.refuse("stale-base", message, _AGAIN, 1, *self.notes(""))

    # ---- what cannot be taken

    def notes(self, name: str) -> tuple[Note, ...]:
        """Where the library has the words."""
        return (Note("in the library", self.wording.place(self.mark.language, name)),)

    def notes_of(self, read: ReadLines) -> Callable[[Fault], Sequence[Note]]:
        names = {paragraph: name for name, paragraph in read.paragraphs.items()}
        return lambda fault: self.notes(names.get(fault.at.paragraph, ""))

    def faults(self, notes: Callable[[Fault], Sequence[Note]] = lambda _: ()) -> list[Diagnostic]:
        found = super().faults(notes)
        return [replace(one, help=_WORDS_ALONE) if one.code == "not-in-a-clause" else one for one in found]

    def refusal(self, code: str, message: str, help_: str, paragraph: int, name: str) -> Diagnostic:
        said = f"{message} (`{self.mark.entry}`, {self.mark.language})"
        return refused(code, said, self.span(paragraph), help_, "", *self.notes(name))

    def misread(self, fault: Misread) -> Diagnostic:
        return self.refusal(fault.code, fault.message, _HELP[fault.code], fault.paragraph, fault.name)

    def conflict(self, name: str, paragraph: int) -> Diagnostic:
        message = f"the library's `{name}` changed since the book was made"
        return self.refusal("stale-base", message, _AGAIN, paragraph, name)

    def unwritable(self, after: Merged, current: NamedWords, read: ReadLines) -> list[Diagnostic]:
        """What no library file can hold, or would print as it stands."""
        found: list[Diagnostic] = []
        for name in after.changed:
            words, paragraph = after.words[name], read.paragraphs[name]
            found += self.curly_quotes(words, paragraph, *self.notes(name))
            if bad := FORBIDDEN.search(words):
                message = f"the character {character_name(bad.group())} stands in `{name}`"
                found.append(
                    self.refusal("forbidden-character", message, "type the words again without it", paragraph, name)
                )
            plain = name not in self.wording.templates
            if plain and _BRACES.search(words) and not _BRACES.search(current.words.get(name, "")):
                message = f"no value or condition is read in `{name}`: braces would be printed as they are"
                found.append(self.refusal("not-a-template", message, "write it in words", paragraph, name))
        return found
