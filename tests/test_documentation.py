"""What the documentation shows is what the program prints. ``python -m tests.test_documentation`` accepts a change."""

from __future__ import annotations

import os
import re
from pathlib import Path

from click.testing import CliRunner

from generator.cli import main
from generator.prove import KINDS
from tests.pictures import FOLDER, LARGEST, PICTURES

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TEN_ERRORS = ROOT / "docs" / "ten-errors.md"
COMMAND = "check contracts/pme-dix-erreurs.yaml"
PLAYBOOK = ROOT / "docs" / "playbook.md"
STANDING = "playbook contracts/gc-grand-compte.yaml"


def printed(command: str) -> str:
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return CliRunner().invoke(main, command.split()).output
    finally:
        os.chdir(before)


def block_of(text: str) -> str:
    found = re.search(r"```\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_ten_errors_are_shown_as_they_are_printed() -> None:
    text = TEN_ERRORS.read_text("utf-8")
    assert f"`clausier {COMMAND}`" in text
    assert block_of(text) == printed(COMMAND)
    assert len(re.findall(r"^error\[", block_of(text), re.MULTILINE)) == 10


def begun(text: str) -> str:
    """What the playbook says of a deal, without the topics at their preferred position."""
    return text.partition("\n\nPREFERRED\n")[0] + "\n"


def test_the_page_of_the_playbook_shows_what_is_printed() -> None:
    text = PLAYBOOK.read_text("utf-8")
    assert f"`clausier {STANDING}`" in text
    assert block_of(text) == begun(printed(STANDING))


def test_the_error_in_the_readme_is_one_of_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"```\n(error\[R172\].*?)\n```", readme, re.DOTALL)
    assert shown is not None
    assert shown.group(1) in block_of(TEN_ERRORS.read_text("utf-8"))


def test_every_command_that_the_readme_shows_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    lawyers = (ROOT / "clauses" / "README.md").read_text("utf-8")
    commands = set(re.findall(r"^clausier ([a-z]+)", readme + lawyers, re.MULTILINE))
    assert {"new", "check", "build", "explain", "show", "library"} <= commands
    for command in commands:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_every_option_that_the_readme_explains_is_one_of_build() -> None:
    told = set(re.findall(r"^\| `(--[a-z-]+)", README.read_text("utf-8"), re.MULTILINE))
    assert len(told) >= 6
    shown = CliRunner().invoke(main, ["build", "--help"]).output
    assert {option for option in told if option not in shown} == set()


def test_the_readme_shows_four_pages_that_are_kept_small() -> None:
    shown = re.findall(
        r'<img src="docs/pictures/([\w-]+)\.png" width="200" alt="[^"]{20,}">', README.read_text("utf-8")
    )
    assert shown == [picture.name for picture in PICTURES]
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(shown)
    for name in shown:
        content = (FOLDER / f"{name}.png").read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < LARGEST


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in [
        ROOT / "README.md",
        ROOT / "ARCHITECTURE.md",
        ROOT / "clauses" / "README.md",
        *ROOT.glob("docs/**/*.md"),
    ]:
        for target in re.findall(
            r"\]\(([^)#:]+)\)", re.sub(r"```.*?```|`[^`]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        ):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def accept() -> None:
    text = TEN_ERRORS.read_text("utf-8")
    TEN_ERRORS.write_text(text.replace(block_of(text), printed(COMMAND)), "utf-8")
    text = PLAYBOOK.read_text("utf-8")
    shown = f"```\n{block_of(text)}```"
    PLAYBOOK.write_text(text.replace(shown, f"```\n{begun(printed(STANDING))}```", 1), "utf-8")


if __name__ == "__main__":
    accept()


def test_the_page_of_the_proof_says_what_every_kind_of_goal_is() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", (ROOT / "docs" / "proof.md").read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == KINDS
