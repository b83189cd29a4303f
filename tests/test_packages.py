"""What is installed: the libraries that are named and pinned, and all that the wheel carries."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
PINS = [
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-bench.txt",
    "requirements-fuzz.txt",
    "requirements-build.txt",
]
LIBRARY = "generator/library_data"
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^ ;]+)( ; [^\\]+)? \\(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+")


def named(requirements: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(r.name): r for r in map(Requirement, requirements)}


def pinned(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {canonicalize_name(pin[1]): pin[2] for pin in PIN.finditer(text)}


# ---- libraries


def imported() -> Iterator[str]:
    """The distribution of every module that generator/ imports from outside the standard library."""
    known = packages_distributions()
    for path in (ROOT / "generator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"generator"}:
                yield canonicalize_name(known.get(name, [name])[0])


def test_the_libraries_named_are_those_imported() -> None:
    # zoneinfo of the standard library reads tzdata where the system has no time zones of its own.
    needed = {*named(PROJECT["project"]["dependencies"]), *named(EXTRAS["prove"])}
    assert needed == {*imported(), "tzdata"}


@pytest.mark.parametrize(
    ("file", "requirements"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        (
            "requirements-dev.txt",
            PROJECT["project"]["dependencies"] + EXTRAS["dev"] + EXTRAS["prove"],
        ),
        ("requirements-bench.txt", PROJECT["project"]["dependencies"] + EXTRAS["dev"] + EXTRAS["bench"]),
        ("requirements-fuzz.txt", PROJECT["project"]["dependencies"] + EXTRAS["fuzz"]),
        ("requirements-build.txt", PROJECT["build-system"]["requires"]),
    ],
)
def test_every_library_named_is_pinned_to_a_version_that_fits(file: str, requirements: list[str]) -> None:
    pins = pinned(file)
    unfit = {name: r for name, r in named(requirements).items() if not r.specifier.contains(pins.get(name, "0"))}
    assert unfit == {}


def test_tests_run_on_the_versions_that_users_get() -> None:
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


@pytest.mark.parametrize("file", PINS)
def test_a_list_of_pins_holds_versions_and_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    rest = [line for line in PIN.sub("", text).splitlines() if line and not line.startswith("    #")]
    assert rest == []
    assert "/" not in text


@pytest.mark.parametrize("folder", [".", "bench"])
def test_an_npm_lock_holds_versions_and_digests_and_no_address(folder: str) -> None:
    package = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}
    assert package["devDependencies"].items() <= {name: entry["version"] for name, entry in packages.items()}.items()
    assert [name for name, entry in packages.items() if "resolved" in entry or "integrity" not in entry] == []


# ---- wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy of the checkout, which it would otherwise leave traces in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("generator", "clauses", "schemas"):
        copytree(ROOT / name, source / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md"):
        copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, source], check=True, timeout=300)
    return next(folder.glob("clausier-*.whl"))


def files_below(folder: str, target: str) -> set[str]:
    """The names that the files of a folder of the checkout have in the wheel."""
    paths = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    kept = [p.relative_to(ROOT / folder) for p in paths if "__pycache__" not in p.parts and not p.name.startswith(".")]
    return {f"{target}/{path.as_posix()}" for path in kept}


def test_the_wheel_holds_the_program_the_clauses_and_the_schemas_and_nothing_else(wheel: Path) -> None:
    expected = files_below("generator", "generator")
    expected |= files_below("clauses", f"{LIBRARY}/clauses") | files_below("schemas", f"{LIBRARY}/schemas")
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {"missing": sorted(expected - held), "unasked": sorted(held - expected)} == {"missing": [], "unasked": []}


def test_the_command_is_clausier(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry_points).decode()
    assert text.split() == ["[console_scripts]", "clausier", "=", "generator.cli:main"]


def test_an_installed_program_reads_the_library_it_was_shipped_with(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    show = (
        "from generator.workspace import Workspace; from generator.writers import docx, html\n"
        "found = Workspace.default(); print(found.clauses); print(found.schemas)"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", show]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert ran.stdout.split() == [str(tmp_path / LIBRARY / name) for name in ("clauses", "schemas")]
