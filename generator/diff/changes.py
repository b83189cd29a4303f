"""What a comparison finds: a thing of the library that came, went, moved or changed, and in what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from generator.diagnostics import Span
from generator.diff.prose import Wording, wording
from generator.diff.values import NOTHING, ValueChange
from generator.library.model import LANGUAGES

Sign = Literal["added", "removed", "moved", "changed"]

# The fields that hold a condition: it is read as a whole, in both forms.
CONDITIONS: Final = frozenset({"when", "applies", "assert"})
# From this many characters on, two versions of a text are shown by the words that differ.
_LONG: Final = 40


@dataclass(frozen=True, slots=True)
class Detail:
    """One difference: at ``path``, from ``old`` to ``new`` (``NOTHING`` where a side has no value), or in words.

    ``language`` is that of a text in two languages, else empty; ``note`` says what follows from the difference.
    """

    path: str
    old: Any = NOTHING
    new: Any = NOTHING
    words: Wording | None = None
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A clause, slot, rule, … that is not the same in both libraries.

    ``was`` is its id in the old library where that is another. ``place`` is where it stands: in the old library where
    it was removed, else in the new one. ``slots`` are those that a clause fills or has filled.
    """

    sign: Sign
    kind: str
    id: str
    place: Span | None
    details: tuple[Detail, ...] = ()
    was: str = ""
    slots: tuple[str, ...] = ()

    def in_language(self, language: str) -> Change | None:
        """The change without the details of the other languages; nothing where it has no others."""
        kept = tuple(detail for detail in self.details if detail.language in {"", language})
        if self.sign == "changed" and not kept:
            return None
        return replace(self, details=kept)

    def concerns(self, prefix: str) -> bool:
        """Whether its id, the one that it had, or one of its slots begins with the prefix."""
        return any(name.startswith(prefix) for name in (self.id, self.was, *self.slots) if name)


def detail_of(change: ValueChange) -> Detail:
    """A difference of values; two versions of a longer text, unless it is a condition, are compared word by word."""
    steps = change.path.replace("[", ".").replace("]", "").split(".")
    language = next((step for step in reversed(steps) if step in LANGUAGES), "")
    old, new = change.old, change.new
    texts = isinstance(old, str) and isinstance(new, str) and steps[-1] not in CONDITIONS
    if texts and " " in old + new and max(len(old), len(new)) > _LONG:
        return Detail(change.path, old, new, wording(old, new, language), language)
    return Detail(change.path, old, new, None, language)


def details_of(changes: Iterable[ValueChange]) -> Iterator[Detail]:
    return map(detail_of, changes)
