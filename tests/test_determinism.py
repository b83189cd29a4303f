"""The same deals give the same bytes and the same findings, however the machine is set up that builds them.

Each way is a process of its own with everything about it changed at once: what differs is then looked for one by one.
``tests/versions.py`` (``make versions``) compares the versions of Python in the same manner.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from generator.ooxml import archive as package
from generator.outputs import FORMATS, Form, outputs
from generator.pipeline import draft
from tests import versions
from tests.deals import spread

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
WITHOUT_OFFICE = ",".join(one for one in FORMATS if one != "pdf")
# A contract, an amendment, and a renewal that is printed in both languages: by the names of their files here.
DEALS = {"boulangerie ü": "tpe-boulangerie", "avenant": "pme-avenant", "renouvellement": "pme-renouvellement"}
PROGRAM = (
    "import os, sys; os.umask(int(sys.argv.pop(1), 8)); from generator.cli import main; main(prog_name='clausier')"
)
# The order in which a disk lists its files is its own affair.
SHUFFLED = """
import os, random
order, listed, scanned = random.Random(7), os.listdir, os.scandir


class Entries(list):
    def __enter__(self): return self
    def __exit__(self, *_): return None
    def __next__(self):
        if not self: raise StopIteration
        return self.pop()
    def __iter__(self): return list.__iter__(self[:])
    def close(self): pass


def mixed(values):
    order.shuffle(values)
    return values


os.listdir = lambda *path: mixed(listed(*path))
os.scandir = lambda *path: mixed(Entries(scanned(*path)))
"""


@dataclass(frozen=True)
class Way:
    """How a process is started: with which variables and switches of Python, where, on paths written how."""

    variables: Mapping[str, str | None] = field(default_factory=dict)
    switches: Sequence[str] = ()
    umask: str = "022"
    place: str = "."
    absolute: bool = False
    whole_folder: bool = False
    options: Sequence[str] = ()
    shuffled: bool = False
    changed: int | None = None
    formats: str = WITHOUT_OFFICE


@dataclass(frozen=True)
class Built:
    """The files of all packs, and what was said of each deal; of a whole folder only sums are said."""

    files: Mapping[str, bytes]
    findings: Any


@cache
def french_locale(folder: Path) -> dict[str, str]:
    """A locale that writes a decimal comma, made here where the system has the tools for it."""
    place = folder / "locales"
    place.mkdir()
    tool = shutil.which("localedef")
    if tool is not None:
        subprocess.run(
            [tool, "-i", "fr_FR", "-f", "UTF-8", str(place / "fr_FR.UTF-8")], capture_output=True, check=False
        )
    return {"LOCPATH": str(place), "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}


def deals_in(folder: Path, changed: int | None) -> Path:
    place = folder / "dossiers é"
    place.mkdir(parents=True)
    for name, example in DEALS.items():
        text = (CONTRACTS / f"{example}.yaml").read_text("utf-8")
        both = text.replace("language: fr", "language: fr+en") if name == "renouvellement" else text
        (place / f"{name}.yaml").write_text(both, "utf-8")
    shutil.copytree(CONTRACTS / "my-msp", place / "my-msp")
    for path in place.rglob("*") if changed is not None else ():
        os.utime(path, (changed, changed))
    return place


def build(folder: Path, way: Way, deals: Sequence[str] = tuple(DEALS)) -> Built:
    """What the command writes and says in a process of its own."""
    place, out = deals_in(folder, way.changed), folder / "out"
    start = (folder / way.place).resolve() if way.place != "/" else Path("/")

    def named(path: Path) -> str:
        return str(path) if way.absolute else os.path.relpath(path, start)

    given = [named(place)] if way.whole_folder else [named(place / f"{name}.yaml") for name in deals]
    words = ["build", *given, "-o", named(out), "--to", way.formats, "--format", "json", *way.options]
    (folder / "shuffled").mkdir()
    (folder / "shuffled" / "sitecustomize.py").write_text(SHUFFLED if way.shuffled else "", "utf-8")
    usual = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME"), "PYTHONPATH": f"{folder / 'shuffled'}:{ROOT}",
             "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
             "CLAUSIER_PAGES": "0"}  # fmt: skip
    environment = {name: value for name, value in {**usual, **way.variables}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-W", "error", *way.switches, "-c", PROGRAM, way.umask, *words],
        cwd=start, env=environment, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert done.stderr == b""
    # Beside the packs lie records of when each file was written.
    written = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.glob("[!.]*/*")}
    said = json.loads(done.stdout, object_hook=with_bare_names)
    return Built(written, None if way.whole_folder else said["deals"])


def with_bare_names(said: dict[str, Any]) -> dict[str, Any]:
    """Without folders. Where the locale is not of UTF-8, Python has stand-ins for the bytes of a name."""
    places = {name: said[name] for name in ("file", "path", "open_first") if said.get(name)}
    return said | {name: Path(place).name.encode(errors="surrogateescape").decode() for name, place in places.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ways")


@pytest.fixture(scope="module")
def usual(folder: Path) -> Built:
    return build(folder / "usual", Way())


def east(folder: Path) -> Way:
    """Far in the east, a decimal comma, the future, nobody else may read, from the root of the disk."""
    variables = {
        "TZ": "Pacific/Kiritimati", **french_locale(folder), "PYTHONHASHSEED": "1", "PYTHONUTF8": "0",
        "SOURCE_DATE_EPOCH": "4102444800", "COLUMNS": "20", "PYTHONDEVMODE": "1",
    }  # fmt: skip
    return Way(variables, umask="077", place="/", absolute=True)


def west(_: Path) -> Way:
    """Far in the west, plain C, no asserts, 1970, from within the folder of the deals."""
    variables = {
        "TZ": "America/Adak", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "4242",
        "SOURCE_DATE_EPOCH": "0",
    }  # fmt: skip
    return Way(variables, switches=("-O", "-X", "utf8=0"), umask="000", place="dossiers é")


def shuffled(_: Path) -> Way:
    """Files are listed in any order, the deals are older than Unix, docstrings are gone, no home and no cache."""
    variables = {"HOME": None, "XDG_CACHE_HOME": "no folder", "CLAUSIER_NO_CACHE": "1", "PYTHONHASHSEED": "random",
                 "TZ": ":Nowhere/At all", "PYTHONUTF8": "1"}  # fmt: skip
    return Way(variables, switches=("-OO",), shuffled=True, changed=-86_400)


def whole_folder(_: Path) -> Way:
    return Way(whole_folder=True, shuffled=True, options=("--no-pages",), changed=4_102_444_800)


def two_workers(_: Path) -> Way:
    return Way({"TZ": "Asia/Kathmandu"}, whole_folder=True, options=("--jobs", "2"), umask="027")


WAYS = (east, west, shuffled, whole_folder, two_workers)


@pytest.mark.parametrize("way", spread(WAYS, (east, two_workers)), ids=lambda way: way.__name__)
def test_the_same_bytes_and_findings_come_out_in_any_way(folder: Path, usual: Built, way: Any) -> None:
    made = build(folder / way.__name__, way(folder))
    assert sorted(made.files) == sorted(usual.files)
    assert len(made.files) > 20
    assert [name for name in made.files if made.files[name] != usual.files[name]] == []
    assert made.findings == (None if way in (whole_folder, two_workers) else usual.findings)


@pytest.mark.nightly
def test_a_pdf_has_the_same_bytes_in_another_zone_and_locale(folder: Path) -> None:
    one = build(folder / "pdf", Way(formats="pdf"), [*DEALS][:1])
    far = east(folder)
    other = build(folder / "pdf east", Way(far.variables, umask="077", absolute=True, formats="pdf"), [*DEALS][:1])
    assert [name for name in one.files if name.endswith(".pdf")]
    assert one.files == other.files


# ---- another library of compression


def parts(files: Mapping[str, bytes]) -> dict[str, list[tuple[str, bytes]]]:
    """What is inside each Word file, in order."""
    found = {}
    for name, content in files.items():
        with ZipFile(BytesIO(content)) as opened:
            found[name] = [(one.filename, opened.read(one)) for one in opened.infolist()]
    return found


def test_another_deflate_makes_other_bytes_of_the_same_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """zlib-ng, which Debian does not use and others do, makes other bytes: level 1 stands for it here."""
    made = draft(CONTRACTS / "tpe-boulangerie.yaml")
    one = {one.name: one.content for one in outputs(made, Form(("docx",)))}
    package.constant_member.cache_clear()
    deflate = zlib.compressobj
    monkeypatch.setattr(package.zlib, "compressobj", lambda level, *rest: deflate(1, *rest))
    other = {one.name: one.content for one in outputs(made, Form(("docx",)))}
    monkeypatch.undo()
    package.constant_member.cache_clear()
    word = [name for name in one if name.endswith(".docx")]
    assert word
    assert all(one[name] != other[name] for name in word)
    assert parts({name: one[name] for name in word}) == parts({name: other[name] for name in word})
    beside = set(one) - set(word)
    assert {name: one[name] for name in beside} == {name: other[name] for name in beside}


# ---- what compares is able to tell


def test_versions_are_compared_by_bytes_where_zlib_is_the_same_and_by_parts_where_not() -> None:
    old, same, other = (versions.Python("python", name, name, zlib) for name, zlib in zip("abc", "112", strict=True))
    one = versions.Made({"a.docx": ("bytes", "parts"), "b.md": ("text", "text")}, "said")
    packed = versions.Made({"a.docx": ("other bytes", "parts"), "b.md": ("text", "text")}, "said")
    changed = versions.Made({"a.docx": ("bytes", "other parts"), "c.md": ("text", "text")}, "said otherwise")
    assert versions.differences(old, one, same, one) == []
    assert versions.differences(old, one, same, packed) == ["a.docx"]
    assert versions.differences(old, one, other, packed) == []
    assert versions.differences(old, one, other, changed) == ["a.docx", "b.md", "c.md", "what is said"]


def test_a_program_that_is_not_the_version_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (
        ("python3.97", "#!/bin/sh\nexit 127\n"),
        ("python3.98", f'#!/bin/sh\nexec {sys.executable} "$@"\n'),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert [versions.python_of(version) for version in ("3.97", "3.98", "3.99")] == [None, None, None]


def test_the_shuffled_listing_is_another_one(tmp_path: Path) -> None:
    for name in random.Random(1).sample(range(1000), 40):
        (tmp_path / f"{name}.txt").write_text("")
    (tmp_path / "sitecustomize.py").write_text(SHUFFLED)
    program = (
        "import os; print([os.listdir('.'), os.listdir('.'), [e.name for e in os.scandir('.')], [*os.walk('.')][0][2]])"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    listings = json.loads(done.stdout.decode().replace("'", '"'))
    assert len({tuple(listing) for listing in listings}) == 4
    assert {tuple(sorted(listing)) for listing in listings} == {tuple(sorted(listings[0]))}
