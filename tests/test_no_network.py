"""No command asks the network, and no module could but by the one option that is for it."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import main

ROOT = Path(__file__).parent.parent
BAKERY = ROOT / "contracts" / "tpe-boulangerie.yaml"
NETWORK = frozenset(
    {"socket", "socketserver", "ssl", "http", "urllib", "ftplib", "smtplib", "poplib", "imaplib", "nntplib",
     "xmlrpc", "asyncio", "select", "selectors", "webbrowser", "wsgiref", "requests", "httpx", "aiohttp", "urllib3",
     "telnetlib", "distributed", "dask", "tornado"}
)  # fmt: skip
# Names of addresses are put together and taken apart without any network.
HARMLESS = {"urllib.parse"}
# `clausier build --dask ADDRESS`, and nothing else.
DOORS = {"generator/batch/work.py": {"distributed"}}
EVENTS = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "webbrowser.")

touched: list[str] = []
watching = False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if watching and event.startswith(EVENTS):
        touched.append(f"{event} {arguments}")


sys.addaudithook(_watch)


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """What of the network is touched while a test runs, by whatever library."""
    global watching
    touched.clear()
    watching = True
    yield touched
    watching = False


def imported(path: Path) -> Iterator[str]:
    """Every module that a module imports, by its dotted name, by whichever way."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module, names):
                yield from (f"{module}.{name.name}" if f"{module}" in {"urllib"} else f"{module}" for name in names)
            case ast.Call(ast.Name("__import__" | "import_module") | ast.Attribute(_, "import_module"), [first, *_]):
                yield first.value if isinstance(first, ast.Constant) else "?"
            case _:
                pass


def reaching(name: str) -> bool:
    return name.split(".")[0] in NETWORK and name not in HARMLESS


def test_no_module_imports_what_could_reach_the_network() -> None:
    found = {}
    for path in sorted((ROOT / "generator").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        reach = {module.split(".")[0] for module in imported(path) if reaching(module)} - DOORS.get(name, set())
        if reach:
            found[name] = reach
    assert found == {}


@pytest.mark.parametrize(
    ("line", "reaches"),
    [
        ("import socket", True),
        ("from urllib.request import urlopen", True),
        ("from urllib import request", True),
        ("import http.client as client", True),
        ("importlib.import_module('distributed')", True),
        ("from urllib.parse import quote", False),
        ("from urllib import parse", False),
        ("import json", False),
    ],
)
def test_such_an_import_is_seen(line: str, reaches: bool, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(line, encoding="utf-8")
    assert any(map(reaching, imported(tmp_path / "module.py"))) == reaches


def test_what_is_imported_by_a_name_that_is_made_up_stands_where_it_is_known() -> None:
    """`import_module` of a variable could be anything: the tables of commands and of the facade, nowhere else."""
    made = {p.relative_to(ROOT).as_posix() for p in (ROOT / "generator").rglob("*.py") if "?" in set(imported(p))}
    assert made <= {"generator/__init__.py", "generator/cli/commands.py"}


def test_a_touch_of_the_network_is_seen(watched: list[str]) -> None:
    import socket

    socket.socket().close()
    assert [event.split()[0] for event in watched] == ["socket.__new__"]


def test_no_command_touches_the_network(watched: list[str], tmp_path: Path) -> None:
    deal, packs = str(BAKERY), str(tmp_path / "packs")
    contract = str(tmp_path / "packs" / "boulangerie-2026" / "boulangerie-2026.fr.docx")
    commands = (
        ["check", deal, "--format", "sarif"],
        ["build", deal, "-o", packs, "--to", "docx,html,md,json,ics", "--no-pages"],
        ["explain", deal],
        ["playbook", deal],
        ["doctor", contract],
        ["verify", contract],
        ["verify", contract, "--against", deal],
        ["library", "lint"],
    )
    runner = CliRunner()
    for arguments in commands:
        result = runner.invoke(main, arguments)
        assert result.exit_code in (0, 1), (arguments, result.output)
        assert "internal error" not in result.output
    assert watched == []
    assert os.path.getsize(contract) > 10_000
