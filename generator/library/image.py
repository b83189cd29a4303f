"""A library as one file, read in some hundredths of a second: what its files come to, for the next process.

An image is a pure function of the library's files and of the program, and is found by the digest of both: a change of
either makes another one. What a contract seldom needs stays packed until it is asked for: texts of clauses, words of
rules, places in files, expressions behind compiled conditions.
"""

from __future__ import annotations

import io
import marshal
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Final

from generator.conditions import Expression, Scope
from generator.conditions.compile import CODES, Function, shaped
from generator.conditions.evaluate import compile_expression, evaluate
from generator.conditions.table import Table
from generator.diagnostics import Span
from generator.library.layers import Condition
from generator.library.model import ApprovalRule, GlossaryTerm, Library, LibraryClause, OutlineSection, Rule
from generator.library.templates import Branch, Insert, Repeat
from generator.library.topics import Position, Topic
from generator.library.values import formatter
from generator.schema import DealSchema
from generator.schema_types import Type
from generator.source import Source

# Fields whose mappings are unpacked entry by entry, when one is asked for.
_PACKED: Final[Mapping[type, frozenset[str]]] = MappingProxyType({
    LibraryClause: frozenset({"texts"}),
    Rule: frozenset({"message", "help"}),
    ApprovalRule: frozenset({"reason"}),
    OutlineSection: frozenset({"title"}),
    GlossaryTerm: frozenset({"definitions"}),
    Topic: frozenset({"title", "why"}),
    Position: frozenset({"says", "ask"}),
    Library: frozenset({"wordings", "law"}),
})  # fmt: skip
_PROTOCOL: Final = 5
_Packing = tuple[str, Span, str, tuple[Any, ...], int]


def packed(library: Library) -> bytes:
    """The image of a library."""
    writer = _Writer()
    whole = writer.pickled(library)
    shared = _SharedPickler.pickled((writer.types, writer.conditions))
    return marshal.dumps((CODES.items(), shared, whole, writer.parts))


def unpacked(image: bytes) -> Library:
    """The library of an image. It holds code: only what ``packed`` made may come here, which the cache sees to."""
    codes, shared, whole, parts = marshal.loads(image)
    CODES.keep(codes)
    types, conditions = pickle.loads(shared)
    library: Library = _Image(types, conditions, parts).unpickled(whole)
    return library


# ---- writing


class _Writer:
    """Gathers the parts that are unpacked later, and what is one thing wherever it stands: types and conditions."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.types: list[Type] = []
        self.conditions: list[_Packing] = []
        self._numbers: dict[int, int] = {}
        self._packed: dict[int, tuple[Any, int]] = {}
        # Kept, so that no other value gets the identity of one of them.
        self._kept: list[Condition] = []

    def pickled(self, value: Any) -> bytes:
        file = io.BytesIO()
        _Pickler(self, file).dump(value)
        return file.getvalue()

    def part(self, value: Any, held: Any = None) -> int:
        """The number of the part for a value, which is what is ``held`` of it, or the value itself."""
        known = self._packed.get(id(value))
        if known is None:
            self.parts.append(self.pickled(value if held is None else held))
            known = self._packed[id(value)] = (value, len(self.parts) - 1)
        return known[1]

    def type_number(self, type_: Type) -> int:
        number = self._numbers.get(id(type_))
        if number is None:
            number = self._numbers[id(type_)] = len(self.types)
            self.types.append(type_)
        return number

    def condition_number(self, condition: Condition) -> int:
        number = self._numbers.get(id(condition))
        if number is None:
            number = self._numbers[id(condition)] = len(self.conditions)
            self._kept.append(condition)
            function = shaped(condition.expression)
            CODES.of(function.source)
            part = self.part(condition.expression)
            self.conditions.append((condition.text, condition.span, function.source, function.constants, part))
        return number


class _Packed:
    """A mapping on its way into an image, of which each entry becomes a part."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self.entries = entries


class _SharedPickler(pickle.Pickler):
    @staticmethod
    def pickled(value: Any) -> bytes:
        file = io.BytesIO()
        _SharedPickler(file, _PROTOCOL).dump(value)
        return file.getvalue()

    def reducer_override(self, value: Any) -> Any:
        return _remade(value, {}) if is_dataclass(value) and not isinstance(value, type) else NotImplemented


class _Pickler(pickle.Pickler):
    def __init__(self, writer: _Writer, file: io.BytesIO) -> None:
        super().__init__(file, _PROTOCOL)
        self.writer = writer

    def persistent_id(self, value: Any) -> Any:
        """What is made anew by the reader: ``("type", number)`` or ``("packed", {key: part})`` and so on."""
        kind = type(value)
        if kind is Type:
            return "type", self.writer.type_number(value)
        if kind is _Packed:
            return "packed", {key: self.writer.part(entry) for key, entry in value.entries.items()}
        if kind is Source:
            return "source", (value.file, self.writer.part(value, _parts_of(value)))
        if kind is Condition:
            return "condition", self.writer.condition_number(value)
        return None

    def reducer_override(self, value: Any) -> Any:
        match value:
            case Insert():
                _compiled(value.expression)
                return _insert, (value.expression, value.type, value.path, value.filter, value.fallback, value.span)
            case Branch():
                _compiled(value.condition)
                return _branch, (value.condition, value.content, value.span)
            case Repeat():
                _compiled(value.collection, value.test)
                return _repeat, (value.name, value.collection, value.test, value.content, value.span)
            case Table():
                function = value.function()
                CODES.of(function.source)
                return Table, (value.conditions, function)
            case DealSchema():
                return _schema, (value.document, value.type)
        if not is_dataclass(value) or isinstance(value, type):
            return NotImplemented
        names = _PACKED.get(type(value), frozenset())
        return _remade(value, {name: _Packed(held) for name in names if (held := getattr(value, name))})


def _remade(value: Any, others: Mapping[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A dataclass by its fields: twice as fast to read as with the state that it would have by default."""
    names = [field.name for field in fields(value) if field.init]
    return type(value), tuple(others.get(name, getattr(value, name)) for name in names)


def _compiled(*expressions: Expression | None) -> None:
    """See to it that the code of these expressions goes into the image."""
    for expression in expressions:
        if expression is not None:
            CODES.of(shaped(expression).source)


def _parts_of(source: Source) -> tuple[Any, ...]:
    return source.value, source.places, source.key_places, source.raw, source.lines


# ---- reading


def _insert(expression: Expression, type_: Type, path: str, filter_: str, fallback: str | None, span: Span) -> Insert:
    form = formatter(type_, filter_, path or "this")
    return Insert(expression, type_, compile_expression(expression), form, path, filter_, fallback, span)


def _branch(condition: Expression | None, content: tuple[Any, ...], span: Span) -> Branch:
    return Branch(condition, compile_expression(condition) if condition is not None else None, content, span)


def _repeat(name: str, collection: Expression, test: Expression | None, content: tuple[Any, ...], span: Span) -> Repeat:
    test_run = compile_expression(test) if test is not None else None
    return Repeat(name, collection, compile_expression(collection), test, test_run, content, span)


def _schema(document: Mapping[str, Any], type_: Type) -> DealSchema:
    schema = DealSchema(document)
    schema.__dict__["type"] = type_
    return schema


class _Image:
    """The parts of an image, each unpacked when it is asked for."""

    def __init__(self, types: list[Type], conditions: list[_Packing], parts: list[bytes]) -> None:
        self._types = types
        self._packings = conditions
        self._parts = parts
        # Pickle makes anew what it is told the name of, each time: what is one thing stays one.
        self._conditions: dict[int, Condition] = {}
        self._sources: dict[int, Source] = {}
        self._kinds: Mapping[str, Callable[[Any], Any]] = {
            "type": self._types.__getitem__,
            "packed": lambda parts: _PackedMapping(self, parts),
            "source": self._source,
            "condition": self._condition,
        }

    def unpickled(self, content: bytes) -> Any:
        reader = _Unpickler(io.BytesIO(content))
        reader.kinds = self._kinds
        return reader.load()

    def part(self, number: int) -> Any:
        return self.unpickled(self._parts[number])

    # Both are made without what their classes ask for: `dataclasses.replace` asks these classes for the usual.

    def _source(self, held: tuple[str, int]) -> Source:
        file, part = held
        source = self._sources.get(part)
        if source is None:
            source = self._sources[part] = _PackedSource.__new__(_PackedSource)
            source.__dict__.update(file=file, _unpack=partial(self.part, part))
        return source

    def _condition(self, number: int) -> Condition:
        condition = self._conditions.get(number)
        if condition is None:
            text, span, source, constants, part = self._packings[number]
            condition = self._conditions[number] = _PackedCondition.__new__(_PackedCondition)
            condition.__dict__.update(
                text=text, span=span, _function=Function(source, constants), _unpack=partial(self.part, part)
            )
        return condition


class _Unpickler(pickle.Unpickler):
    kinds: Mapping[str, Callable[[Any], Any]]

    def persistent_load(self, held: tuple[str, Any]) -> Any:
        kind, value = held
        return self.kinds[kind](value)


class _PackedMapping(Mapping[str, Any]):
    """A mapping whose entries are unpacked one by one."""

    def __init__(self, image: _Image, parts: Mapping[str, int]) -> None:
        self._image = image
        self._numbers = parts
        self._entries: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._entries:
            self._entries[key] = self._image.part(self._numbers[key])
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _PackedSource(Source):
    """The value and the places of a file, unpacked when one of them is asked for."""

    @cached_property
    def _unpacked(self) -> tuple[Any, ...]:
        held: tuple[Any, ...] = self.__dict__["_unpack"]()
        return held

    value = cached_property(lambda self: self._unpacked[0])
    places = cached_property(lambda self: self._unpacked[1])
    key_places = cached_property(lambda self: self._unpacked[2])
    raw = cached_property(lambda self: self._unpacked[3])
    lines = cached_property(lambda self: self._unpacked[4])


class _PackedCondition(Condition):
    """A condition that runs without its expression, which is unpacked where it is shown or proven."""

    @cached_property
    def expression(self) -> Expression:
        held: Expression = self.__dict__["_unpack"]()
        return held

    @cached_property
    def run(self) -> Callable[[Scope], Any]:
        """Its value in a scope. Raises ``AbsentField``."""
        function: Function | None = self.__dict__.get("_function")
        return function.bound(_walked, self) if function is not None else compile_expression(self.expression)


def _walked(condition: Condition, scope: Scope) -> Any:
    return evaluate(condition.expression, scope)
