"""Answers to every question of a proof about a value at hand: what the value says, and anything where it says nothing.

Where a question does not arise (the number of a text, the length of what is not there) any answer must do, as long as
it agrees with the other answers: no text is two texts at once. So such an answer is drawn at random.
"""

from __future__ import annotations

import random
import re
from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from generator.prove.places import Aspect, Path, Space, found, value_of


class Answers(Mapping[Hashable, "bool | Fraction"]):
    """The value of each variable of a space for ``value``; ``texts`` are those that what nobody wrote may be, beside
    those that were asked for."""

    def __init__(self, space: Space, value: Any, pick: random.Random, texts: tuple[str, ...] = ()) -> None:
        self.space = space
        self.value = value
        self.pick = pick
        self.texts = texts
        self.given: dict[Hashable, bool | Fraction] = {}
        self.ghosts: dict[tuple[str, Path], Any] = {}

    def __getitem__(self, key: Hashable) -> bool | Fraction:
        if key not in self.given:
            assert isinstance(key, Aspect)
            self.given[key] = self.answer(key)
        return self.given[key]

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def answer(self, aspect: Aspect) -> bool | Fraction:
        if aspect.name == "free" and isinstance(aspect.detail, tuple) and aspect.detail[0] == "count_where":
            return Fraction(self.pick.randint(0, int(self[Aspect("size", aspect.path)])))
        if aspect.name == "free":
            return self.free(aspect)
        said = value_of(aspect, self.value)
        if said is None or (aspect.name == "there" and not said and not self.arises(aspect.path)):
            return self.anything(aspect)
        return said

    def arises(self, path: Path) -> bool:
        """Whether there is something of which a member or an entry could be missing."""
        there, above = found(path[:-1], self.value)
        return there and isinstance(above, list if not isinstance(path[-1], str) else Mapping)

    def free(self, aspect: Aspect) -> bool:
        """What nothing is known of."""
        return self.pick.random() < 0.5

    def anything(self, aspect: Aspect) -> bool | Fraction:
        path = aspect.path
        match aspect.name:
            case "kind":
                return self.ghost("kind", path) == aspect.detail
            case "number":
                return Fraction(self.ghost("number", path))
            case "quotient":
                assert isinstance(aspect.detail, Fraction)
                return Fraction(self.ghost("number", path)) / aspect.detail
            case "size":
                return Fraction(len(self.ghost("text", path)))
            case "is":
                return bool(self.ghost("text", path) == aspect.detail)
            case "matches":
                return re.search(str(aspect.detail), self.ghost("text", path)) is not None
            case _:
                return self.pick.random() < 0.5

    def ghost(self, name: str, path: Path) -> Any:
        """What stands at a path where nothing of that kind does: one thing for all questions about it."""
        if (name, path) not in self.ghosts:
            self.ghosts[name, path] = self.drawn(name, path)
        return self.ghosts[name, path]

    def drawn(self, name: str, path: Path) -> Any:
        if name == "kind":
            return self.pick.choice([term.args[0].detail for term in self.space.kinds[path]])
        if name == "number":
            return self.pick.randint(-3, 9)
        size = value_of(Aspect("size", path), self.value)
        if size is None and path in self.space.counted:
            # A list that is not there has no entries.
            return ""
        # A list of three is no text, but its length is the one that is asked for.
        texts = [*self.space.texts.get(path, ()), *self.texts]
        return self.pick.choice([text for text in texts if size in (None, len(text))] or ["?" * int(size or 0)])
