"""The edits between what was built and what a file says, each named by the clause in which it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from generator.diagnostics import Diagnostic, Note, Span
from generator.doctor.findings import Check, shortened
from generator.verify.checks import (
    ADDED_TEXT,
    CHANGED_LOOK,
    CHANGED_NUMBER,
    CHANGED_PICTURE,
    CHANGED_REFERENCE,
    CHANGED_TEXT,
    MISSING_TEXT,
    MOVED_TEXT,
    TOO_MUCH,
    TRACKED_CHANGE,
)
from generator.verify.reading import PARAGRAPH, Line
from generator.verify.words import alike, edited, strange

Names = Mapping[str, str]
# What is worth matching: a contract has a few thousand lines, and matching takes the product of equal ones.
_TIMES: Final = 4
_MORE: Final = 1000
_MOST_PAIRS: Final = 20_000_000
_NEAR: Final = 0.5
_BLOCK: Final = 2500


@dataclass(slots=True)
class Comparison:
    """Two sequences of lines and what became of the first. ``names`` has what each bookmark of a clause or a heading
    is called, ``file`` the name for findings without a line."""

    built: Sequence[Line]
    found: Sequence[Line]
    names: Names
    file: str
    pairs: list[tuple[int, int]] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)

    def edits(self) -> Iterator[Diagnostic]:
        """Every edit, in the order of what was built."""
        if self._too_much():
            message = f"{len(self.found)} paragraphs are there, {len(self.built)} were built"
            yield TOO_MUCH.of(message, self.file)
            return
        self._match()
        yield from self._of_pairs()
        yield from self._numbers()
        yield from self._missing()
        yield from self._moved()
        yield from self._added()

    # ---- matching

    def _too_much(self) -> bool:
        if len(self.found) > _TIMES * len(self.built) + _MORE:
            return True
        there = Counter(line.refused for line in self.found)
        return sum(there[line.words] for line in self.built) > _MOST_PAIRS

    def _match(self) -> None:
        """Pair the lines: equal ones in order, then those that resemble each other, then those that moved."""
        built = [line.words for line in self.built]
        # A tracked change is not part of the text until it is accepted: what stood there before is matched.
        found = [line.refused if line.revisions else line.words for line in self.found]
        lead = 0
        while lead < min(len(built), len(found)) and built[lead] == found[lead]:
            lead += 1
        matcher = SequenceMatcher(None, built[lead:], found[lead:], autojunk=False)
        self.pairs = [(at, at) for at in range(lead)]
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            old, new = list(range(i1 + lead, i2 + lead)), list(range(j1 + lead, j2 + lead))
            if kind == "equal":
                self.pairs += zip(old, new, strict=True)
            else:
                self._resembling(old, new, built, found)
        places: dict[str, list[int]] = {}
        for at in self.added:
            places.setdefault(found[at], []).append(at)
        for at in list(self.missing):
            if there := places.get(built[at]):
                self.moved.append((at, there.pop(0)))
        self.missing = [at for at in self.missing if at not in {old for old, _ in self.moved}]
        self.added = [at for at in self.added if at not in {new for _, new in self.moved}]

    def _resembling(self, old: list[int], new: list[int], built: list[str], found: list[str]) -> None:
        """Pair lines of two stretches that were edited, in their order; the others are missing or were added."""
        taken = 0
        for at in old:
            best, near = -1, _NEAR
            # As many lines on one side as on the other: most likely each was edited in its place.
            if len(old) == len(new) and alike(built[at], found[new[at - old[0]]]) > near:
                best = at - old[0]
            elif len(old) * len(new) <= _BLOCK:
                for place in range(taken, len(new)):
                    if (much := alike(built[at], found[new[place]])) > near:
                        best, near = place, much
            if best >= taken:
                self.added += new[taken:best]
                self.pairs.append((at, new[best]))
                taken = best + 1
            else:
                self.missing.append(at)
        self.added += new[taken:]

    # ---- lines that are still there

    def _of_pairs(self) -> Iterator[Diagnostic]:
        there = {anchor: at for at, line in enumerate(self.found) for anchor in line.anchors}
        for old, new in sorted(self.pairs + self.moved):
            was, now = self.built[old], self.found[new]
            before = now.refused if now.revisions else now.words
            if before != was.words:
                yield self._changed(CHANGED_TEXT, old, now, edited(was.words, before), was.words, before)
            for author in dict.fromkeys(author for _, author, _ in now.revisions):
                said = f"{author or 'somebody'} has it as a tracked change"
                yield self._changed(TRACKED_CHANGE, old, now, edited(before, now.words), before, now.words, said)
            yield from self._looks(old, now)
            if was.pictures != now.pictures:
                yield self._of(CHANGED_PICTURE, old, now, "shows another picture than was built, or none")
            if before == was.words and not now.revisions:
                yield from self._references(old, now)
            for anchor in was.anchors:
                at = there.get(anchor, new)
                if at != new and self.found[at].words != now.words:
                    message = f"what refers to it will lead to “{shortened(self.found[at].words)}”"
                    yield self._of(CHANGED_REFERENCE, old, now, message)

    def _changed(
        self, check: Check, old: int, now: Line, edit: str, before: str, after: str, said: str = ""
    ) -> Diagnostic:
        """An edit of words, with the values of the deal that it touches and the characters that are not seen."""
        if edit == before.strip() and before == after:
            edit = "its looks alone"
        told = self._of(check, old, now, f"says “{edit}”")
        notes = [Note(said)] if said else []
        notes += [Note(f"the value `{path}` was “{value}”") for path, value in self._values(old, after)]
        if odd := strange(before, after):
            notes.append(Note(f"characters: {odd}"))
        return replace(told, notes=tuple(notes))

    def _values(self, old: int, after: str) -> Iterator[tuple[str, str]]:
        """The values of the deal in a line that it no longer prints."""
        was = self.built[old]
        for start, end, path in was.values:
            value = was.words[start:end]
            if value and value not in after:
                yield path, value

    def _looks(self, old: int, now: Line) -> Iterator[Diagnostic]:
        was = self.built[old]
        here = [(look, words) for look, words in now.looks if (look, words) not in was.looks]
        gone = [(look, words) for look, words in was.looks if (look, words) not in now.looks]
        for look, words in here:
            if words in was.words or words == PARAGRAPH or not any(look == before for before, _ in was.looks):
                yield self._of(CHANGED_LOOK, old, now, f"has {_quoted(words)} {look}")
        for look, words in gone:
            if words in now.words and not here:
                yield self._of(CHANGED_LOOK, old, now, f"no longer has {_quoted(words)} {look}")

    def _references(self, old: int, now: Line) -> Iterator[Diagnostic]:
        was = self.built[old]
        for kind, before, after in (("field", was.fields, now.fields), ("link", was.links, now.links)):
            gone, more = Counter(before) - Counter(after), Counter(after) - Counter(before)
            for one in more:
                first = next(iter(gone), "")
                wrong = f"where `{shortened(first)}` was built" if first else "which was not built"
                yield self._of(CHANGED_REFERENCE, old, now, f"has the {kind} `{shortened(one)}` {wrong}")
            if gone and not more:
                message = f"no longer has the {kind} `{shortened(next(iter(gone)))}`: it will not follow a new number"
                yield self._of(CHANGED_REFERENCE, old, now, message)

    def _numbers(self) -> Iterator[Diagnostic]:
        """Numbers that changed; a run of them comes from one edit and is told once."""
        wrong = [(old, new) for old, new in sorted(self.pairs) if self.built[old].number != self.found[new].number]
        at = 0
        while at < len(wrong):
            old, new = wrong[at]
            last = at
            while last + 1 < len(wrong) and wrong[last + 1][0] - wrong[last][0] <= 3:
                last += 1
            was, now = self.built[old].number or "no number", self.found[new].number or "no number"
            more = (
                f", and so for {last - at} more paragraphs up to “{self._number_at(wrong[last])}”" if last > at else ""
            )
            yield self._of(CHANGED_NUMBER, old, self.found[new], f"is printed as “{now}”, built as “{was}”{more}")
            at = last + 1

    def _number_at(self, pair: tuple[int, int]) -> str:
        return self.found[pair[1]].number or self.built[pair[0]].number

    # ---- lines that are gone, moved or new

    def _missing(self) -> Iterator[Diagnostic]:
        gone = set(self.missing)
        whole = self._whole(gone)
        told: set[str] = set()
        for at in self.missing:
            clause = self._clause(at)
            if clause in whole:
                if clause not in told:
                    told.add(clause)
                    message = f"{self._name(at)} is no longer there: “{shortened(self.built[at].words)}”"
                    yield MISSING_TEXT.of(message, self._place_near(at))
            else:
                yield self._of(MISSING_TEXT, at, self._near(at), f"no longer says “{shortened(self.built[at].words)}”")

    def _whole(self, gone: set[int]) -> set[str]:
        """The clauses of which no line is left."""
        lines: dict[str, list[int]] = {}
        for at in range(len(self.built)):
            if clause := self._clause(at):
                lines.setdefault(clause, []).append(at)
        return {clause for clause, places in lines.items() if gone.issuperset(places)}

    def _moved(self) -> Iterator[Diagnostic]:
        told = -2
        for old, new in self.moved:
            if old != told + 1:
                before = self.found[new - 1].words if new else ""
                after = f"after “{shortened(before)}”" if before else "at the beginning"
                yield self._of(MOVED_TEXT, old, self.found[new], f"stands elsewhere, {after}")
            told = old

    def _added(self) -> Iterator[Diagnostic]:
        behind = {new: old for old, new in self.pairs}
        told = -2
        for at in self.added:
            line = self.found[at]
            if line.revisions and not line.refused:
                author = line.revisions[0][1] or "somebody"
                message = f"{author} inserted the paragraph “{shortened(line.words)}” as a tracked change"
                yield TRACKED_CHANGE.of(message, line.place)
                continue
            if at != told + 1 or not line.clauses:
                before = next((behind[place] for place in range(at, -1, -1) if place in behind), None)
                where = f"after {self._name(before)}" if before is not None else "at the beginning"
                look = f" ({line.looks[0][0]})" if line.looks else ""
                yield ADDED_TEXT.of(f"{where} stands “{shortened(line.words)}”{look}", line.place)
            told = at

    # ---- names

    def _clause(self, at: int) -> str:
        clauses = self.built[at].clauses
        return clauses[-1] if clauses else ""

    def _name(self, at: int) -> str:
        """The clause of a line as a person finds it; for one outside of clauses, its heading or the one above."""
        line = self.built[at]
        if line.story in {"contents", "box", "header", "footer", "footnotes", "endnotes"}:
            kinds = {"contents": "the table of contents", "footnotes": "a footnote", "endnotes": "an endnote"}
            return kinds.get(line.story, f"the {line.story}" if line.story != "box" else "a text box or drawing")
        if (name := self.names.get(self._clause(at))) is not None:
            return name
        for place in range(at, -1, -1):
            for anchor in self.built[place].anchors:
                if (name := self.names.get(anchor)) is not None:
                    return f"{'the heading of ' if place == at else ''}{name}"
        return "the first page"

    def _of(self, check: Check, at: int, now: Line | None, message: str) -> Diagnostic:
        said = f"{self._name(at)} {message}"
        return check.of(said, now.place if now is not None else self.file)

    def _place_near(self, at: int) -> Span | str:
        near = self._near(at)
        return near.place if near is not None else self.file

    def _near(self, at: int) -> Line | None:
        """The line that stands where one is missing: the last before it that is still there."""
        here = [(old, new) for old, new in self.pairs if old < at]
        return self.found[max(here)[1]] if here else None


def _quoted(words: str) -> str:
    return words if words == PARAGRAPH else f"“{shortened(words)}”"
