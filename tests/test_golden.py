"""The words of every example, as a person accepted them. ``python -m tests.test_golden`` accepts a change.

A change of a clause shows here as a difference in prose; read it before you accept it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import draft
from generator.writers import markdown
from tests.deals import CONTRACTS

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = tuple(sorted(path.name for path in CONTRACTS.glob("*.yaml") if "erreurs" not in path.name))


def words_of(name: str) -> dict[str, str]:
    """The text of an example per language, by the name of its golden file."""
    made = draft(CONTRACTS / name)
    return {
        f"{name.removesuffix('.yaml')}.{language}.md": markdown.write(numbered).decode()
        for language, numbered in made.numbered.items()
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_was_accepted(name: str) -> None:
    words = words_of(name)
    assert words
    for file, text in words.items():
        assert text.split("\n") == (GOLDEN / file).read_text("utf-8").split("\n")


def accept() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in EXAMPLES:
        for file, text in words_of(name).items():
            (GOLDEN / file).write_text(text, "utf-8")


if __name__ == "__main__":
    accept()
