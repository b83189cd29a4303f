"""The playbook as values: what is negotiated, how far one may go, and who must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from generator.diagnostics import Span
from generator.library.layers import Condition, LibraryLayer
from generator.library.templates import InlineTemplate

PositionName = Literal["preferred", "fallback", "floor", "beyond"]
POSITIONS: Final[tuple[PositionName, ...]] = ("preferred", "fallback", "floor", "beyond")
Texts = Mapping[str, tuple[InlineTemplate, ...]]


@dataclass(frozen=True, slots=True)
class Way:
    """Fields of the deal (dotted path → value) that bring a deal to a position, where ``when`` holds of it."""

    when: Condition | None
    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a deal may go in one matter. The last of a topic has no condition: it is where all other deals stand.

    ``role`` is who must agree, empty for what is preferred; ``ask`` is what to ask for in exchange.
    """

    name: PositionName
    when: Condition | None
    says: Texts
    role: str
    ask: Texts
    ways: tuple[Way, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Topic:
    """One matter that is negotiated: the slot that prints it, why it matters, the positions in order.

    A deal stands at the first position whose condition holds. ``counts`` are the conditions under which the topic is
    judged at all, its layer's own excepted: its own, and that no higher layer has a topic of this id.
    """

    id: str
    layer: LibraryLayer
    slot: str
    title: Texts
    why: Texts
    at: str
    fact: str
    counts: tuple[Condition, ...]
    positions: tuple[Position, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Playbook:
    """The topics in their order, and the names of the roles by their ids: the last decides beyond a floor."""

    topics: tuple[Topic, ...] = ()
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
