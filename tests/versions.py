"""Whether every version of Python that this machine has builds the same files as the first: ``make versions``.

Each version gets an environment of its own from the pinned lists with their hashes, builds the example deals with
warnings as errors, and judges them; what its files hold and what it says must equal that of Python 3.11. A version that
the machine does not have is printed and is no fault. Word files are compared by their parts where the library that
compresses is another one, and by their bytes where it is the same.

``python -m tests.versions --tests FILE…`` also runs these tests with each version, with the tools of the tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / "versions"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
LISTS = ("requirements-build.txt", "requirements.txt")
TOOLS = "requirements-dev.txt"
FORMATS = "docx,html,md,json,ics"
ABOUT = (
    "import json, sys, zlib, ensurepip, venv;"
    "print(json.dumps(['%d.%d' % sys.version_info[:2], sys.version.split()[0], zlib.ZLIB_RUNTIME_VERSION]))"
)


@dataclass(frozen=True)
class Python:
    """An interpreter that starts and can make environments."""

    program: str
    version: str
    exact: str
    zlib: str


@dataclass(frozen=True)
class Made:
    """What a version made of the examples: a digest for each file, of its bytes and of its parts, and what was said."""

    digests: Mapping[str, tuple[str, str]]
    said: str


def candidates(version: str) -> Iterator[str]:
    """Programs that may be this version: that of the search path, and those that pyenv and uv have installed."""
    found = shutil.which(f"python{version}")
    if found is not None:
        yield found
    roots = (
        os.environ.get("PYENV_ROOT") or "~/.pyenv",
        os.environ.get("UV_PYTHON_INSTALL_DIR") or "~/.local/share/uv/python",
    )
    for root, folder in zip(roots, ("versions/{}*", "cpython-{}*"), strict=True):
        for place in sorted(Path(root).expanduser().glob(folder.format(f"{version}."))):
            yield str(place / "bin" / f"python{version}")


def python_of(version: str) -> Python | None:
    """The first of these that starts. A stand-in of pyenv for a version that is not chosen does not."""
    for program in candidates(version):
        done = run([program, "-c", ABOUT])
        if done.returncode == 0:
            named, exact, zlib = json.loads(done.stdout)
            if named == version:
                return Python(program, version, exact, zlib)
    return None


def run(command: Sequence[str | Path], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | variables
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 127, "", str(error))


def environment_of(python: Python, lists: Sequence[str]) -> Path:
    """The program of an environment with these lists, made again only when one of them changes."""
    folder = KEPT / python.exact
    program, stamp = folder / "bin" / "python", folder / "lists"
    wanted = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in lists)).hexdigest()
    if program.exists() and stamp.exists() and stamp.read_text() == wanted:
        return program
    steps: list[Sequence[str | Path]] = [[python.program, "-m", "venv", "--clear", str(folder)]]
    pip = [
        program,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-qq",
        "install",
        "--require-hashes",
        "--no-build-isolation",
    ]
    steps += [[*pip, "-r", name] for name in lists]
    for step in steps:
        done = run(step)
        if done.returncode:
            raise SystemExit(f"Python {python.exact}: {' '.join(map(str, step))}\n{done.stdout}{done.stderr}")
    stamp.write_text(wanted)
    return program


def made_by(python: Python, program: Path, deals: Sequence[str]) -> Made:
    """The files of the examples and what is said of them, by a process of this version; warnings are errors."""
    folder = KEPT / f"build-{python.exact}"
    shutil.rmtree(folder, ignore_errors=True)
    # Nothing that another version has kept is read.
    variables = {"CLAUSIER_NO_CACHE": "1", "CLAUSIER_PAGES": "0"}
    words = [program, "-W", "error", "-m", "generator", "build", *deals, "-o", folder, "--to", FORMATS]
    done = run([*words, "--format", "json"], **variables)
    if done.returncode or done.stderr:
        raise SystemExit(f"Python {python.exact} does not build the examples:\n{done.stdout[-2000:]}{done.stderr}")
    digests = {
        path.relative_to(folder).as_posix(): (digest(path.read_bytes()), digest(parts_of(path.read_bytes())))
        for path in sorted(folder.glob("[!.]*/*"))
    }
    lint = run([program, "-W", "error", "-m", "generator", "library", "lint"], **variables)
    return Made(digests, done.stdout.replace(folder.name, "build") + lint.stdout + lint.stderr)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parts_of(content: bytes) -> bytes:
    """What a Word file holds, whatever compressed it; another file is what it is."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as package:
        return b"".join(f"{one.filename} {one.file_size}\n".encode() + package.read(one) for one in package.infolist())


def differences(first: Python, one: Made, second: Python, other: Made) -> list[str]:
    """The files that two versions make otherwise; what they say is called so."""
    which = 0 if first.zlib == second.zlib else 1
    names = sorted(one.digests.keys() | other.digests.keys())
    absent = ("", "")
    found = [name for name in names if one.digests.get(name, absent)[which] != other.digests.get(name, absent)[which]]
    return found + (["what is said"] if one.said != other.said else [])


def main(words: Sequence[str]) -> int:
    tests = list(words[1:]) if words[:1] == ["--tests"] else []
    # An example that shows a salesman's mistakes builds nothing.
    deals = sorted(f"contracts/{one.name}" for one in (ROOT / "contracts").glob("*.yaml") if "-erreurs" not in one.name)
    there = {version: python_of(version) for version in VERSIONS}
    for version, python in there.items():
        if python is None:
            print(f"Python {version}: not on this machine", flush=True)
    pythons = [python for python in there.values() if python is not None]
    if len(pythons) < 2:
        print("nothing to compare", flush=True)
        return 0
    known: tuple[Python, Made] | None = None
    wrong = 0
    for python in pythons:
        program = environment_of(python, (*LISTS, TOOLS) if tests else LISTS)
        made = made_by(python, program, deals)
        known = known or (python, made)
        differing = differences(*known, python, made)
        compared = "bytes" if python.zlib == known[0].zlib else "parts"
        said = f"differs from {known[0].exact} in {', '.join(differing[:5])}" if differing else f"equal {compared}"
        print(f"Python {python.exact}, zlib {python.zlib}: {len(made.digests)} files, {said}", flush=True)
        wrong += bool(differing)
        if tests:
            done = run([program, "-m", "pytest", "-q", *tests])
            print(f"Python {python.exact}: {(done.stdout.strip().splitlines() or [done.stderr])[-1]}", flush=True)
            wrong += bool(done.returncode)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
