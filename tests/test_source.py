"""YAML as a deal is written: what a value is read as, where it stands, and what is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import source
from generator.characters import FORBIDDEN
from generator.diagnostics import Diagnostic
from generator.source import Source, read_yaml
from generator.workspace import WorkspaceError, read_text

# Drawing an example is slow on a busy machine; that says nothing about the tests.
SLOW = [HealthCheck.too_slow]
D = Decimal


def read(text: str) -> Any:
    found_source, found = read_yaml("deal.yaml", text)
    assert found_source is not None, [item.message for item in found]
    return found_source.value


def refused(text: str) -> tuple[Diagnostic, ...]:
    found_source, found = read_yaml("deal.yaml", text)
    assert found_source is None
    assert found
    return found


def shown(text: str, found: Diagnostic) -> str:
    """The words of the text that a finding points at."""
    assert found.span is not None
    assert found.span.source_line == text.removeprefix("\ufeff").splitlines()[found.span.line - 1]
    return found.span.source_line[found.span.column - 1 : found.span.end_column - 1]


# ---- values

# What PyYAML's `safe_load` turns into something else, and what it is here.
VALUES: list[tuple[str, object]] = [
    ("NO", "NO"),
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("Off", "Off"),
    ("y", "y"),
    ("22:00", "22:00"),
    ("08:00", "08:00"),
    ("12:30:45", "12:30:45"),
    ("0123456", "0123456"),
    ("-0123456", "-0123456"),
    ("01000", "01000"),
    ("00", "00"),
    ("0o17", "0o17"),
    ("0x1F", "0x1F"),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("1,5", "1,5"),
    ("1 000", "1 000"),
    ("=", "="),
    ("<<", "<<"),
    ("2026-02-30", "2026-02-30"),
    ("2026-06-01", "2026-06-01"),
    ("2026-06-01T10:00:00+02:00", "2026-06-01T10:00:00+02:00"),
    ("2026-06-01 10:00:00", "2026-06-01 10:00:00"),
    ("1.2.3", "1.2.3"),
    ("1e400", "1e400"),
    ("tRUE", "tRUE"),
    ("nULL", "nULL"),
    ("None", "None"),
    ("9" * 31, "9" * 31),
    ("1.10", D("1.10")),
    ("99.90", D("99.90")),
    ("0.1", D("0.1")),
    (".5", D("0.5")),
    ("5.", D("5")),
    ("-12.5", D("-12.5")),
    ("1e3", D("1E+3")),
    ("0", 0),
    ("-0", 0),
    ("42", 42),
    ("+33123456789", 33123456789),
    ("9" * 30, int("9" * 30)),
    ("true", True),
    ("True", True),
    ("FALSE", False),
    ("~", None),
    ("null", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "value"), VALUES)
def test_a_word_without_quotes_is_what_it_looks_like(written: str, value: object) -> None:
    result = read(f"key: {written}\n")["key"]
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize("written", [written for written, _ in VALUES])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_what_stands_in_quotes_is_text(written: str, quote: str) -> None:
    assert read(f"key: {quote}{written}{quote}\n") == {"key": written}


def test_an_amount_keeps_its_trailing_zeros() -> None:
    assert str(read("price: 99.90")["price"]) == "99.90"


def test_the_text_of_a_number_without_quotes_is_kept_for_postal_codes_and_versions() -> None:
    found, _ = read_yaml("deal.yaml", "postal_code: 68000\nversion: 1.10\nname: '5'\nflag: true")
    assert found is not None
    assert dict(found.raw) == {("postal_code",): "68000", ("version",): "1.10"}


@pytest.mark.parametrize("written", [".nan", ".NaN", ".inf", "-.inf", "+.INF"])
def test_a_number_that_is_not_finite_is_refused(written: str) -> None:
    text = f"rate: {written}"
    (found,) = refused(text)
    assert (found.code, shown(text, found)) == ("not-a-number", written)
    assert found.message == f"`{written}` is not a finite number"


def test_keys_are_words_whatever_they_look_like() -> None:
    assert read("on: 1\n22:00: 2\ntrue: 3\n12: 4\nno: 5\n2026-06-01: 6") == {
        "on": 1, "22:00": 2, "true": 3, "12": 4, "no": 5, "2026-06-01": 6
    }  # fmt: skip


def test_a_comment_ends_a_value_only_after_a_space() -> None:
    assert read("a: 5#6\nb: 5 # six\n") == {"a": "5#6", "b": 5}


def test_text_over_several_lines_is_read_as_yaml_says() -> None:
    text = "folded: >\n  one\n  two\nliteral: |\n  one\n  two\nplain: one\n  two\n"
    assert read(text) == {"folded": "one two\n", "literal": "one\ntwo\n", "plain": "one two"}


def test_decomposed_accents_are_composed_in_values_and_keys() -> None:
    assert read("cafe\u0301: 'E\u0301te\u0301'") == {"café": "Été"}


# ---- what is not read


REFUSED = [
    ("a: &x 1\nb: 2", "yaml-anchor", 1, "&x 1"),
    ("a: 1\nb: *x", "yaml-alias", 2, "*x"),
    ("*x : 1", "yaml-alias", 1, "*x"),
    ("a: !!str 12", "yaml-tag", 1, "!!str 12"),
    ("a: !!python/object/apply:os.system [ls]", "yaml-tag", 1, None),
    ("a: !!binary aGk=", "yaml-tag", 1, None),
    ("a: !!set {x, y}", "yaml-tag", 1, None),
    ("a: !vault x", "yaml-tag", 1, "!vault x"),
    ("a: ! 12", "yaml-tag", 1, "! 12"),
    ("a: 1\n---\nb: 2", "two-documents", 2, "---"),
    ("base: {x: 1}\nother:\n  <<: {x: 1}", "yaml-merge", 3, "<<"),
    ("? [a, b]\n: 1", "yaml-key", 1, "["),
    ("? {a: 1}\n: 1", "yaml-key", 1, "{"),
    ("name: {{ client.name }}", "yaml-key", 1, "{"),
    ("'': 1", "yaml-key", 1, "''"),
    ("", "empty-file", 1, None),
    ("# nothing but a comment\n", "empty-file", 1, None),
    ("---\n", "empty-file", 1, None),
    ("~", "empty-file", 1, None),
    ("a:\n\tb: 1", "yaml-syntax", 2, "\t"),
    ("a: b: c", "yaml-syntax", 1, None),
    ("a: [1, 2", "yaml-syntax", 1, None),
    ('a: "open', "yaml-syntax", 1, None),
    ("a: @b", "yaml-syntax", 1, "@"),
    ("%YAML 1.3\n---\na: 1", "yaml-syntax", 1, "%"),
    ("a: 1\n b: 2", "yaml-syntax", 2, None),
]


@pytest.mark.parametrize(("text", "code", "line", "at"), REFUSED)
def test_what_a_deal_does_not_need_is_refused_with_its_place(text: str, code: str, line: int, at: str | None) -> None:
    (found,) = refused(text)
    assert found.code == code
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("deal.yaml", line)
    if at is not None:
        assert shown(text, found) == at


def test_a_tab_is_named_as_the_cause() -> None:
    (found,) = refused("a:\n\tb: 1")
    assert found.help == "indent with spaces; a tab is not allowed in YAML"
    assert read("a:\t1") == {"a": 1}
    (found,) = refused("a: @b\n")
    assert found.help == "check the indentation, the colons and the quotes near this place"


def test_an_unquoted_template_is_explained() -> None:
    (found,) = refused("name: {{ client.name }}")
    assert found.help == "put a value that begins with a brace or a bracket in quotes"


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (found,) = refused("\n".join(lines))
    assert (found.code, found.message) == ("yaml-anchor", "`&a0` names a value for repetition")


def test_an_older_yaml_version_in_the_header_changes_nothing() -> None:
    assert read("%YAML 1.1\n---\ncountry: no\nat: 22:00\n...\n") == {"country": "no", "at": "22:00"}


# ---- repeated keys


def test_a_repeated_key_is_refused_with_both_places() -> None:
    text = "lines:\n  - qty: 1\n    price: 2\n    qty: 3\n"
    (found,) = refused(text)
    assert (found.code, found.message) == ("duplicate-key", "`qty` is given twice")
    assert str(found.span) == "deal.yaml:4:5"
    (note,) = found.notes
    assert (note.text, str(note.span)) == ("it is given here first", "deal.yaml:2:5")
    assert note.span is not None
    assert note.span.source_line == "  - qty: 1"


def test_a_key_repeated_inside_braces_is_refused() -> None:
    text = "a: {b: 1, c: 2, b: 3}"
    (found,) = refused(text)
    assert (str(found.span), shown(text, found)) == ("deal.yaml:1:17", "b")


def test_a_key_repeated_in_another_unicode_form_is_refused() -> None:
    (found,) = refused("société: 1\nsocie\u0301te\u0301: 2\n")
    assert (found.message, str(found.span)) == ("`société` is given twice", "deal.yaml:2:1")


def test_every_repeated_key_is_reported() -> None:
    found = refused("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n")
    assert [str(item.span) for item in found] == ["deal.yaml:2:1", "deal.yaml:3:11", "deal.yaml:4:1"]


def test_the_same_key_may_stand_in_two_groups() -> None:
    assert read("a: {x: 1}\nb: {x: 2}\nc: [{x: 3}, {x: 4}]")["c"] == [{"x": 3}, {"x": 4}]


# ---- bounds, each on both sides


def test_a_deal_may_have_256_kib_and_no_more() -> None:
    room = source.MAX_BYTES - len("a: 1\n#")
    read("a: 1\n#" + "x" * room)
    (found,) = refused("a: 1\n#" + "x" * (room + 1))
    assert (found.code, found.message) == ("too-large", "the text is larger than 256 KiB")


def test_the_size_counts_bytes_and_not_characters() -> None:
    half = (source.MAX_BYTES - len("a: 1\n#")) // 2
    read("a: 1\n#" + "é" * half)
    (found,) = refused("a: 1\n#" + "é" * (half + 1))
    assert found.code == "too-large"


def test_a_value_may_have_64_thousand_characters_and_no_more() -> None:
    assert len(read("a: " + "x" * source.MAX_SCALAR)["a"]) == source.MAX_SCALAR
    (found,) = refused("a: " + "x" * (source.MAX_SCALAR + 1))
    assert (found.code, found.message) == ("too-large", "this value is longer than 64 KiB")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_a_deal_may_nest_24_levels_and_no_more(opening: str, closing: str) -> None:
    read(opening * source.MAX_DEPTH + closing * source.MAX_DEPTH)
    depth = source.MAX_DEPTH + 1
    (found,) = refused(opening * depth + closing * depth)
    assert (found.code, found.message) == ("too-deep", "the text nests deeper than 24 levels")
    assert str(found.span) == f"deal.yaml:1:{source.MAX_DEPTH * len(opening) + 1}"


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 60_000, "? " * 100_000])
def test_very_deep_nesting_is_refused_and_exhausts_nothing(text: str) -> None:
    assert refused(text)[0].code in {"too-deep", "yaml-key"}


def test_a_deal_may_hold_20000_values_and_no_more() -> None:
    values = source.MAX_NODES - 1  # the list itself is one
    assert len(read("[" + "1," * values + "]")) == values
    (found,) = refused("[" + "1," * (values + 1) + "]")
    assert (found.code, found.message) == ("too-many-values", "the text holds more than 20000 values")


# ---- characters


CHARACTERS = [
    ("\x00", "U+0000 (control character)"),
    ("\x07", "U+0007 (control character)"),
    ("\x0b", "U+000B (control character)"),
    ("\x1b", "U+001B (control character)"),
    ("\x7f", "U+007F (control character)"),
    ("\x85", "U+0085 (control character)"),
    ("\x9f", "U+009F (control character)"),
    ("\xad", "U+00AD (SOFT HYPHEN)"),
    ("\u061c", "U+061C (ARABIC LETTER MARK)"),
    ("\u200b", "U+200B (ZERO WIDTH SPACE)"),
    ("\u200e", "U+200E (LEFT-TO-RIGHT MARK)"),
    ("\u2028", "U+2028 (LINE SEPARATOR)"),
    ("\u2029", "U+2029 (PARAGRAPH SEPARATOR)"),
    ("\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    ("\u2060", "U+2060 (WORD JOINER)"),
    ("\u2066", "U+2066 (LEFT-TO-RIGHT ISOLATE)"),
    ("\u2069", "U+2069 (POP DIRECTIONAL ISOLATE)"),
    ("\u3164", "U+3164 (HANGUL FILLER)"),
    ("\ud800", "U+D800 (surrogate)"),
    ("\udfff", "U+DFFF (surrogate)"),
    ("\ue000", "U+E000 (private-use character)"),
    ("\uf8ff", "U+F8FF (private-use character)"),
    ("\ufdd0", "U+FDD0 (noncharacter)"),
    ("\ufeff", "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
    ("\ufff9", "U+FFF9 (INTERLINEAR ANNOTATION ANCHOR)"),
    ("\uffff", "U+FFFF (noncharacter)"),
    ("\U0001fffe", "U+1FFFE (noncharacter)"),
    ("\U000dffff", "U+DFFFF (noncharacter)"),
    ("\U000e0041", "U+E0041 (TAG LATIN CAPITAL LETTER A)"),
    ("\U000f0000", "U+F0000 (private-use character)"),
    ("\U0010fffd", "U+10FFFD (private-use character)"),
]


@pytest.mark.parametrize(("character", "name"), CHARACTERS)
@pytest.mark.parametrize("frame", ["name: Dup{}ont", "name: 'Dup{}ont'", "Dup{}ont: 1", "a: 1 # Dup{}ont"])
def test_a_character_that_cannot_be_seen_is_refused_where_it_stands(frame: str, character: str, name: str) -> None:
    text = "é: 🎉\n" + frame.format(character)
    (found,) = refused(text)
    assert (found.code, found.message) == ("forbidden-character", f"the character {name} stands here")
    assert str(found.span) == f"deal.yaml:2:{frame.index('{}') + 1}"


def test_a_forbidden_character_cannot_be_escaped_into_a_value() -> None:
    text = 'name: "Dup\\u202Eont"'
    (found,) = refused(text)
    assert found.message == "this value holds the character U+202E (RIGHT-TO-LEFT OVERRIDE)"
    assert shown(text, found) == '"Dup\\u202Eont"'


def test_the_first_twenty_forbidden_characters_are_reported() -> None:
    assert len(refused("name: " + "\u200b" * 20)) == 20
    assert len(refused("name: " + "\u200b" * 30)) == 20


@pytest.mark.parametrize(
    "name",
    [
        "Dupont & Fils <SARL> {{7*7}} *x* [y](z)",
        "L’Étoile d’Or — Cœur de cité",
        "10\u00a0000\u202f€",
        "می\u200cخواهم",  # Persian, with the non-joiner that its spelling needs
        "👩\u200d💻 Studio",  # a joiner makes one emoji of two
        "🇫🇷 ❤️",
        "שלום",
        "株式会社 山田",
        "𠀀 𪚥 \U0003fffd",
        "Łódź, Ærø, İstanbul",
        "a\tb",
        "\ufffd",
        "\U0001f9ff",
    ],
)
def test_an_unusual_name_is_read_as_it_is_written(name: str) -> None:
    quoted = name.replace('"', '\\"')
    assert read(f'name: "{quoted}"') == {"name": name}


@given(st.characters(exclude_categories=()))
def test_invisible_and_meaningless_characters_are_refused_and_no_other(character: str) -> None:
    category = unicodedata.category(character)
    allowed = {"\t", "\n", "\u200c", "\u200d"}
    # Format characters that a script needs are listed by the reader one by one; here the whole kinds.
    if category in {"Cc", "Cs", "Co", "Zl", "Zp"}:
        assert bool(FORBIDDEN.search(character)) == (character not in allowed)
    elif category[0] in "LMNPS" or category == "Zs":
        invisible = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffc"
        assert bool(FORBIDDEN.search(character)) == (character in invisible or 0xE0000 <= ord(character) <= 0xE0FFF)


# ---- byte order marks, line ends, encodings


def test_a_byte_order_mark_at_the_start_moves_no_column() -> None:
    found, _ = read_yaml("deal.yaml", "\ufeffname: x\nother: y\n")
    assert found is not None
    assert found.value == {"name": "x", "other": "y"}
    assert (found.span(("name",)).column, found.span(("name",)).source_line) == (7, "name: x")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_do_not_depend_on_the_line_ends(end: str) -> None:
    found, _ = read_yaml("deal.yaml", end.join(["a: 1", "b:", "  c: deux", ""]))
    assert found is not None
    assert found.value == {"a": 1, "b": {"c": "deux"}}
    span = found.span(("b", "c"))
    assert (span.line, span.column, span.end_column, span.source_line) == (3, 6, 10, "  c: deux")


@pytest.mark.parametrize(
    "content", ["name: é".encode("utf-16"), "name: é".encode("utf-16-le"), "name: é".encode("latin-1")]
)
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deal.yaml").write_bytes(content)
    with pytest.raises(WorkspaceError, match="not UTF-8") as refusal:
        read_text(tmp_path / "deal.yaml")
    assert refusal.value.remedy == "save it as UTF-8"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "deal.yaml").write_bytes(b"\xef\xbb\xbfname: \xc3\xa9\r\n")
    assert read(read_text(tmp_path / "deal.yaml")) == {"name": "é"}


# ---- places


TEXT = """\
# é
société: Dupont
clé: {🎉: [1, "🎉🎉", x], été: 'œuf'}
lines:
  - {id: a, qty: 62}
  - id: b
    text: |
      one
      two
"""
PLACES = [
    (("société",), True, 2, "société"),
    (("société",), False, 2, "Dupont"),
    (("clé", "🎉"), True, 3, "🎉"),
    (("clé", "🎉", 0), False, 3, "1"),
    (("clé", "🎉", 1), False, 3, '"🎉🎉"'),
    (("clé", "🎉", 2), False, 3, "x"),
    (("clé", "été"), True, 3, "été"),
    (("clé", "été"), False, 3, "'œuf'"),
    (("lines", 0, "qty"), False, 5, "62"),
    (("lines", 1, "id"), True, 6, "id"),
    (("lines", 1, "id"), False, 6, "b"),
    (("lines", 1, "text"), True, 7, "text"),
    (("lines", 1, "text"), False, 7, "|"),
]


@pytest.mark.parametrize(("path", "key", "line", "words"), PLACES)
def test_every_key_and_value_has_its_place(path: tuple[Any, ...], key: bool, line: int, words: str) -> None:
    found, _ = read_yaml("deal.yaml", TEXT)
    assert found is not None
    span = found.span(path, key=key)
    assert span.line == line
    assert span.source_line[span.column - 1 : span.end_column - 1] == words


def test_a_missing_value_points_at_its_nearest_ancestor() -> None:
    found, _ = read_yaml("deal.yaml", TEXT)
    assert found is not None
    assert not found.has(("clé", "absent"))
    span = found.span(("clé", "absent", "deeper"))
    assert (span.line, span.source_line[span.column - 1 : span.end_column - 1]) == (3, "clé")


def test_front_matter_counts_the_lines_of_its_file() -> None:
    found, _ = read_yaml("cap.md", "slot: a\nwhen: b\n", first_line=2)
    assert found is not None
    assert (str(found.span(("when",))), found.span(("when",)).source_line) == ("cap.md:3:7", "when: b")
    _, findings = read_yaml("cap.md", "slot: a\nwhen: b\nslot: c\nx: \u200b", first_line=2)
    assert [str(item.span) for item in findings] == ["cap.md:5:4"]
    _, findings = read_yaml("cap.md", "slot: a\nwhen: b\nslot: c\n", first_line=2)
    assert [(str(item.span), str(item.notes[0].span)) for item in findings] == [("cap.md:4:1", "cap.md:2:1")]


# ---- properties


def _plain_text(alphabet: str = "") -> st.SearchStrategy[str]:
    characters = st.sampled_from(alphabet) if alphabet else st.characters(codec="utf-8")
    return st.text(characters, max_size=12).filter(lambda text: not FORBIDDEN.search(text) and _composed(text))


def _composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


WORDS = st.sampled_from([written for written, _ in VALUES if written not in {"", "<<"}]) | _plain_text() | _plain_text(
    " :#-?,[]{}&*!|>'\"%@`~.0123456789eEnoNOyx_\n\t"
)  # fmt: skip
NUMBERS = st.integers(-(10**29), 10**29) | st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=4
)
DATA = st.recursive(
    WORDS | NUMBERS | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS.filter(lambda key: key not in {"", "<<"}), inner, max_size=4)
    ),
    max_leaves=20,
).filter(lambda data: data is not None)


class _Quoting(yaml.SafeDumper):
    """Writes texts as people and other programs do: always quoted, in one of the two ways."""

    quotes = '"'


def _text(dumper: _Quoting, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=dumper.quotes)


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))


_Quoting.add_representer(str, _text)
_Quoting.add_representer(Decimal, _number)


class _Single(_Quoting):
    quotes = "'"


class _Plain(yaml.SafeDumper):
    """PyYAML's own choice: quotes only where YAML 1.1 needs them."""


_Plain.add_representer(Decimal, _number)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(DATA, st.sampled_from([_Quoting, _Single]), st.booleans(), st.sampled_from([20, 80, 4000]))
def test_data_written_by_another_program_is_read_back_equal(data: Any, dumper: Any, unicode: bool, width: int) -> None:
    for flow in (None, True, False):
        text = yaml.dump(data, Dumper=dumper, allow_unicode=unicode, width=width, default_flow_style=flow)
        assert _same(read(text), data)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(DATA)
def test_a_text_written_without_quotes_keeps_its_letters(data: Any) -> None:
    """YAML 1.1 and 1.2 differ in a few words such as ``1e3``; the reader keeps what was typed in ``raw``."""
    found, findings = read_yaml("deal.yaml", yaml.dump(data, Dumper=_Plain, allow_unicode=True))
    assert found is not None, findings
    assert _same(_typed_back(found, found.value, data, ()), data)


def _typed_back(found: Source, value: Any, wanted: Any, path: tuple[Any, ...]) -> Any:
    """The value with numbers as they were typed wherever a text is wanted: what a schema does with a postal code."""
    if isinstance(value, dict) and isinstance(wanted, dict):
        return {key: _typed_back(found, item, wanted.get(key), (*path, key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(wanted, list):
        return [_typed_back(found, a, b, (*path, i)) for i, (a, b) in enumerate(zip(value, wanted, strict=True))]
    return found.raw.get(path, value) if isinstance(wanted, str) else value


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, dict) and isinstance(two, dict):
        return set(one) == set(two) and all(_same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(_same(a, b) for a, b in zip(one, two, strict=True))
    numbers = (int, Decimal)
    if isinstance(one, numbers) and isinstance(two, numbers) and bool not in {type(one), type(two)}:
        return bool(one == two)
    return type(one) is type(two) and bool(one == two)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in entries:
        yield from _paths(item, (*path, step))


@settings(max_examples=60, suppress_health_check=SLOW)
@given(DATA)
def test_every_value_of_any_text_has_a_place_inside_it(data: Any) -> None:
    text = yaml.dump(data, Dumper=_Quoting, allow_unicode=True)
    found, _ = read_yaml("deal.yaml", text)
    assert found is not None
    lines = text.split("\n")
    for path in _paths(found.value):
        span = found.span(path)
        assert found.has(path)
        assert 1 <= span.column < span.end_column <= len(lines[span.line - 1]) + 2


@settings(max_examples=150, suppress_health_check=SLOW)
@given(
    st.text(st.sampled_from(list("ab:-?[]{}&*!|>'\"%@`~#, \n\r\t\u00e9\u200b\x00\ue000\ud800<.0")), max_size=40)
    | st.text(max_size=40)
)
def test_any_text_at_all_is_read_or_refused_with_a_place(text: str) -> None:
    found, findings = read_yaml("deal.yaml", text)
    assert (found is None) == bool(findings)
    for item in findings:
        assert item.is_error
        assert item.span is not None
        assert item.span.line >= 1
        assert item.span.column < item.span.end_column
