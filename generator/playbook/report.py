"""Where a deal stands, topic by topic, and the whole book: as text and as plain structures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.facts import Facts
from generator.library.fill import filled
from generator.library.model import Library
from generator.library.topics import POSITIONS, Position, Texts
from generator.pipeline import Draft
from generator.playbook import Stand, stands, way_to
from generator.playbook.book import Offer, Page, place_of, printed, scope_of
from generator.playbook.phrases import PHRASES, settings
from generator.record import plain

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A position that a deal can be moved to, with fields that lead there."""

    position: Position
    role: str
    ask: str
    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One topic of a deal; ``place`` is empty where the pack prints nothing of it."""

    stand: Stand
    title: str
    place: str
    says: str
    role: str
    law: str
    following: Step | None
    back: Step | None


@dataclass(frozen=True)
class Telling:
    """Tells of the playbook in one language, with the values of one deal."""

    library: Library
    facts: Facts
    language: str

    def say(self, phrase: str, **values: Any) -> str:
        return PHRASES[self.language][phrase].format(**values)

    def text(self, texts: Texts, facts: Facts | None = None) -> str:
        return filled(texts[self.language], (facts or self.facts).scope, self.language) if texts else ""

    def role(self, position: Position) -> str:
        names = self.library.playbook.roles.get(position.role)
        return names[self.language] if names is not None else ""

    @cached_property
    def stands(self) -> tuple[Stand, ...]:
        return stands(self.library, self.facts)

    def lines_of(self, draft: Draft) -> tuple[Line, ...]:
        """A line for each topic: beyond a floor first, then at a floor, at a fallback, as preferred."""
        numbered = draft.numbered.get(self.language)
        ordered = sorted(self.stands, key=lambda stand: -POSITIONS.index(stand.position.name))
        return tuple(self._line(stand, place_of(numbered, stand.topic.slot)) for stand in ordered)

    def _line(self, stand: Stand, place: str) -> Line:
        topic = stand.topic
        law = self.library.citation(topic.fact, self.language) if topic.fact else ""
        says, role = self.text(stand.position.says), self.role(stand.position)
        further, nearer = topic.positions[stand.index + 1 :], topic.positions[: stand.index][::-1]
        return Line(stand, self.text(topic.title), place, says, role, law, self._step(further), self._step(nearer))

    def _step(self, positions: Sequence[Position]) -> Step | None:
        """The first of the positions that is offered to such a client, or that lies beyond the floor."""
        for position in positions:
            way = way_to(position, self.facts)
            if way is not None or position.name == "beyond":
                fields = way.settings if way is not None else ()
                return Step(position, self.role(position), self.text(position.ask), fields)
        return None

    @staticmethod
    def beyond(lines: Sequence[Line]) -> int:
        return sum(line.stand.beyond for line in lines)


# ---- a deal


def lines(telling: Telling, told: Sequence[Line], file: str) -> Iterator[str]:
    names = [line.stand.position.name for line in told]
    counts = {name: names.count(name) for name in POSITIONS}
    yield telling.say("count", file=file, topics=len(told), **counts)
    for name in reversed(POSITIONS):
        group = [line for line in told if line.stand.position.name == name]
        if group:
            yield from ("", telling.say(name).upper())
        for line in group:
            yield f"  {line.title} — {line.place or telling.say('unprinted')}   [{line.stand.topic.id}]"
            yield from (f"    {text}" for text in _details(telling, line))


def _details(telling: Telling, line: Line) -> Iterator[str]:
    yield line.says
    position = line.stand.position
    if line.role:
        yield telling.say("agree", role=line.role)
    if position.ask:
        yield telling.say("ask", ask=telling.text(position.ask))
    if line.law:
        yield telling.say("law", law=line.law)
    if line.back is not None:
        name = telling.say(line.back.position.name)
        yield telling.say("back", position=name, set=settings(line.back.settings))
    if line.stand.beyond:
        return
    step = line.following
    if step is None:
        yield telling.say("last")
    elif step.position.name == "beyond":
        yield telling.say("next-beyond", role=step.role)
    else:
        name = telling.say(step.position.name)
        yield telling.say("next", position=name, role=step.role, set=settings(step.settings))
        if step.ask:
            yield "  " + telling.say("ask", ask=step.ask)


def as_json(told: Sequence[Line]) -> list[Json]:
    return [
        {
            "id": line.stand.topic.id, "title": line.title, "slot": line.stand.topic.slot, "place": line.place or None,
            "position": line.stand.position.name, "says": line.says, "role": line.stand.position.role or None,
            "law": line.law or None, "next": _step_json(line.following), "back": _step_json(line.back),
        }
        for line in told
    ]  # fmt: skip


def _step_json(step: Step | None) -> Json | None:
    if step is None:
        return None
    name, role = step.position.name, step.position.role or None
    return {"position": name, "role": role, "ask": step.ask or None, "set": plain(dict(step.settings))}


# ---- the whole book


def book_lines(telling: Telling, pages: Sequence[Page], segment: str) -> Iterator[str]:
    yield telling.say("book", segment=segment, topics=len(pages))
    for page in pages:
        yield from ("", f"{telling.text(page.topic.title)}   [{page.topic.id}]", f"  {telling.text(page.topic.why)}")
        if page.topic.fact:
            yield "  " + telling.say("law", law=telling.library.citation(page.topic.fact, telling.language))
        before: tuple[str, ...] = ()
        for offer in page.offers:
            yield from (f"  {text}" for text in _offer(telling, page, offer, before))
            before = _text(telling, page, offer) or before


def _text(telling: Telling, page: Page, offer: Offer) -> tuple[str, ...]:
    numbered = offer.draft.numbered.get(telling.language) if offer.draft is not None else None
    return printed(numbered, page.topic.slot)


def _offer(telling: Telling, page: Page, offer: Offer, before: tuple[str, ...]) -> Iterator[str]:
    """A position with what its contract prints, unless that is the text of the position before."""
    position = offer.position
    role = telling.role(position)
    yield telling.say(position.name).upper() + (f" — {telling.say('agree', role=role)}" if role else "")
    if offer.way is None:
        yield "  " + telling.say("unoffered")
        return
    yield "  " + telling.text(position.says, scope_of(offer, telling.facts))
    if position.ask:
        yield "  " + telling.say("ask", ask=telling.text(position.ask))
    yield "  " + telling.say("set", set=settings(offer.way.settings))
    numbered = offer.draft.numbered.get(telling.language) if offer.draft is not None else None
    text = _text(telling, page, offer)
    yield "  " + (place_of(numbered, page.topic.slot) or telling.say("unprinted"))
    yield from (f"  | {line}" for line in ((telling.say("same"),) if text and text == before else text))


def book_json(telling: Telling, pages: Sequence[Page]) -> list[Json]:
    return [
        {
            "id": page.topic.id, "title": telling.text(page.topic.title), "why": telling.text(page.topic.why),
            "slot": page.topic.slot, "positions": [_offer_json(telling, page, offer) for offer in page.offers],
        }
        for page in pages
    ]  # fmt: skip


def _offer_json(telling: Telling, page: Page, offer: Offer) -> Json:
    position, slot = offer.position, page.topic.slot
    shown: Json = {"position": position.name, "role": position.role or None, "offered": offer.way is not None}
    if offer.way is None:
        return shown
    numbered = offer.draft.numbered.get(telling.language) if offer.draft is not None else None
    return {
        **shown, "says": telling.text(position.says, scope_of(offer, telling.facts)),
        "ask": telling.text(position.ask) or None, "set": plain(dict(offer.way.settings)),
        "place": place_of(numbered, slot) or None, "text": list(_text(telling, page, offer)),
    }  # fmt: skip
