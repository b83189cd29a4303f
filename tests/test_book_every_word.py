"""A change of every definition, title and label of the library in its book: these words change, and no other byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree
from test_book import comparison, tagged, whole
from tracked import DATES, Text, controls, edited
from yaml import CSafeLoader, compose

from generator.book.comparing import WordsProposal
from generator.book.named import NamedWords, languages_of
from generator.book.proposed import NewFile, new_files, yaml_part
from generator.book.write import book
from generator.library.scalars import scalar_at
from generator.library.wordings import SCHEMA_FILE, one_line
from generator.source import read_yaml
from generator.workspace import Workspace
from tests.deals import library

ROOT = Path(__file__).parent.parent
GLOSSARY = "clauses/glossary.yaml"
NASTY = (" : ", " #", "- ", "'", '"', "\\", ", ", "{a}", "[b]", "&c", "*d", "!e", "|", ">", "%", "@", "`", " # : ")


def edit_line(text: Text, name: str, random: Random) -> None:
    """Change the words of one line, outside of braces."""
    start = next(at for at in _starts(text.model) if text.model.startswith(f"{name}: ", at)) + len(name) + 2
    end = (text.model + "\n").index("\n", start)
    author = random.choice(sorted(DATES))
    last = text.model[end - 1 : end]
    if random.random() < 0.4 and last not in "}" and end - start > 3:
        text.delete(end - 1, end, author)
        end -= 1
    text.insert(random.choice([start, end]), random.choice(NASTY) + random.choice(["x", "é", "deux mots"]), author)


def _starts(model: str) -> list[int]:
    return [0, *(at + 1 for at, character in enumerate(model) if character == "\n")]


def changed_files(content: bytes) -> tuple[list[NewFile], dict[tuple[str, str, str], str]]:
    """The files that a book of the library would change, and by entry, language and name what words should become."""
    made = comparison(content)
    assert made.findings == [], made.findings[:1]
    assert all(isinstance(one, WordsProposal) for one in made.proposals)
    files, found = new_files("book.docx", Workspace(ROOT / "clauses", ROOT / "schemas"), made.proposals)
    assert found == []
    return list(files), {
        (one.id, one.language, name): one.after.words[name]
        for one in made.proposals
        if isinstance(one, WordsProposal)
        for name in one.changed
    }


def check_files(files: list[NewFile], wanted: dict[tuple[str, str, str], str]) -> None:
    """Each file has the wanted words at their places; without these scalars it is what it was, to the letter."""
    for file in files:
        paths = {
            one.wording.places[one.language][name]: wanted[one.id, one.language, name]
            for one in file.proposals
            if isinstance(one, WordsProposal)
            for name in one.changed
        }
        assert skeleton(file, file.before, set(paths)) == skeleton(file, file.after, set(paths))
        value = plain_value(file, file.after)
        for path, words in paths.items():
            home = value
            for step in path:
                home = home[step]
            assert one_line(home) == words


def plain_value(file: NewFile, text: str) -> Any:
    if file.shown == SCHEMA_FILE:
        return json.loads(text)
    start, end = yaml_part(file.shown, text)
    source, found = read_yaml(file.shown, text[start:end], max_bytes=1 << 20)
    assert source is not None, found
    return source.value


def skeleton(file: NewFile, text: str, paths: set[Any]) -> str:
    """The text of a file without the scalars at these paths."""
    start, end = yaml_part(file.shown, text)
    root = compose(text[start:end], Loader=CSafeLoader)
    nodes = [scalar_at(root, path)[0] for path in paths]
    for node in sorted(nodes, key=lambda one: one.start_mark.index, reverse=True):
        text = text[: start + node.start_mark.index] + "¤" + text[start + node.end_mark.index :]
    return text


def some_of_each_file(random: Random) -> Iterator[str]:
    """A few definitions, titles and labels of each kind and file."""
    groups: dict[tuple[str, str], list[str]] = {}
    for id_, wording in library().wordings.items():
        groups.setdefault((wording.kind, wording.source.file), []).append(id_)
    for ids in groups.values():
        yield from random.sample(ids, min(len(ids), 2))


def test_a_change_of_every_definition_title_and_label_of_the_library_gives_these_words_and_no_other_byte(
    nightly: bool,
) -> None:
    """By day of some of them: each change of a long file reads it anew."""
    random = Random(7)
    ids = list(library().wordings if nightly else some_of_each_file(random))
    wanted: dict[tuple[str, str, str], str] = {}

    def edit(root: etree._Element) -> None:
        found = controls(root)
        for id_ in ids:
            wording = library().wordings[id_]
            for language in languages_of(wording):
                text = Text(found[tagged(id_, language)])
                names = list(NamedWords.of(wording, language).words)
                for name in names:
                    edit_line(text, name, random)
                text.write(split=random)
                for name, line in zip(names, text.model.split("\n"), strict=True):
                    wanted[id_, language, name] = line.removeprefix(f"{name}: ").strip()

    files, taken = changed_files(edited(whole(), edit))
    assert taken == wanted and len(wanted) > (3000 if nightly else 250)
    check_files(files, taken)
    assert {file.shown for file in files} >= {GLOSSARY, SCHEMA_FILE, "clauses/outlines/D03.yaml"}


@pytest.mark.parametrize("kind", ["glossary", "outline"])
def test_a_change_of_one_definition_or_title_alone_changes_one_scalar(kind: str) -> None:
    random = Random(11)
    made = book(library(), prefix=f"{kind}.")
    entries = [one for id_, one in library().wordings.items() if one.kind == kind]
    for wording in random.sample(entries, 12):
        language = random.choice(["fr", "en"])
        name = random.choice(list(wording.words[language]))

        def edit(root: etree._Element, at: str = tagged(wording.id, language), name: str = name) -> None:
            text = Text(controls(root)[at])
            edit_line(text, name, random)
            text.write(split=random)

        files, taken = changed_files(edited(made, edit))
        assert list(taken) == [(wording.id, language, name)]
        check_files(files, taken)


def test_the_words_of_a_sheet_and_the_text_of_its_clause_change_in_one_file() -> None:
    def edit(root: etree._Element) -> None:
        for name, old in (("sheet.awareness", "purpose: "), ("services.awareness", "")):
            text = Text(controls(root)[tagged(name, "fr")])
            text.insert(text.model.index(old) + len(old), "Mieux : ", "Me Dupont")
            text.write()

    made = comparison(edited(book(library(), prefix="s"), edit))
    files, found = new_files("book.docx", Workspace(ROOT / "clauses", ROOT / "schemas"), made.proposals)
    assert (len(files), found) == (1, []) and len(files[0].proposals) == 2
    before = files[0].before.replace("# fr: ", "# fr: Mieux : ")
    assert files[0].after == before.replace('purpose: {fr: "', 'purpose: {fr: "Mieux : ')
