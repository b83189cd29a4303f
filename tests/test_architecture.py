"""Who may import whom, who may touch the outside world, and how long a module may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "generator"

# A module imports from the rows above its own. Inside a row it may import freely, as long as there is no cycle.
ROWS = [
    {
        "diagnostics",
        "refusal",
        "listing",
        "parts",
        "workspace",
        "folder_lock",
        "programs",
        "stopping",
        "cache",
        "office",
        "git",
    },
    {"source", "characters"},
    {
        "violations",
        "accepts",
        "schema",
        "schema_types",
        "forms",
        "conditions",
        "elision",
        "typography",
        "formats",
        "places",
    },
    {"deal", "deal_layers", "library"},
    {"formulas", "placeholders", "translations", "names"},
    {"facts"},
    {"rulings"},
    {"plan"},
    {"document"},
    {"ooxml", "writers", "readers", "doctor"},
    {"pipeline"},
    {
        "record",
        "outputs",
        "explain",
        "score",
        "interview",
        "counterfactual",
        "diff",
        "impact",
        "review",
        "lint",
        "prove",
        "book",
        "condition_words",
        "approvals",
        "playbook",
        "sla",
        "batch",
        "verify",
        "api",
    },
    {"cli", "web", "__main__"},
]
ROW = {name: row for row, names in enumerate(ROWS) for name in names}
STRANGERS = {frozenset({"cli", "web"})}
# What is closed to a module though its row is open, but for the modules named.
ONLY = {("formulas", "library"): {"library.model"}}

LONGEST = 400
HEAVY = {"babel", "docx", "jinja2", "jsonschema", "lxml"}


@dataclass(frozen=True)
class Import:
    """One module needs another; ``importer`` and ``imported`` are dotted names below the package."""

    importer: str
    imported: str
    place: str


@cache
def modules() -> dict[str, Path]:
    """Every module by its dotted name below the package; a folder's ``__init__`` has the name of the folder."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    # The facade imports the programming interface when it is asked for it; it is nobody's row.
    del found[""]
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def row_name(module: str) -> str:
    return module.split(".")[0]


def imports() -> Iterator[Import]:
    """Every import of one module by another, those inside functions and those for the types alone as well."""
    for module in modules():
        for node in ast.walk(tree(module)):
            for name in imported_names(node):
                target = nearest_module(name)
                if target and target != module:
                    line = getattr(node, "lineno", 0)
                    yield Import(module, target, f"{modules()[module].relative_to(ROOT)}:{line}")


def imported_names(node: ast.AST) -> list[str]:
    """The dotted names that a node may import: ``from a import b`` is ``a.b``, a module or a name in ``a``."""
    match node:
        case ast.Import(names):
            return [name.name for name in names]
        case ast.ImportFrom(module, names, 0):
            return [f"{module}.{name.name}" for name in names]
        case ast.Call(ast.Attribute(_, "import_module") | ast.Name("import_module"), [ast.Constant(str(name)), *_]):
            return [name]
        case _:
            return []


def nearest_module(name: str) -> str:
    """The module of the package that holds a dotted name; empty for other packages and for the package's facade."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return ""
    for end in range(len(parts), 1, -1):
        if (module := ".".join(parts[1:end])) in modules():
            return module
    # A folder without __init__ is a module of nobody.
    return ""


def test_every_module_has_a_row() -> None:
    without = sorted({row_name(module) for module in modules()} - set(ROW))
    assert without == [], without


def test_imports_are_absolute() -> None:
    relative = [
        f"{modules()[module].relative_to(ROOT)}:{node.lineno}"
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == [], "\n".join(relative)


def test_a_module_imports_only_from_its_row_and_the_rows_above() -> None:
    refused = [
        f"{i.place}: {i.importer} imports {i.imported}"
        for i in imports()
        if ROW.get(row_name(i.imported), -1) > ROW.get(row_name(i.importer), len(ROWS))
        or frozenset({row_name(i.importer), row_name(i.imported)}) in STRANGERS
    ]
    assert refused == [], "\n".join(refused)


def test_formulas_know_the_classes_of_the_library_and_nothing_else_of_it() -> None:
    refused = [
        f"{i.place}: {i.importer} imports {i.imported}"
        for i in imports()
        if i.imported not in ONLY.get((row_name(i.importer), row_name(i.imported)), {i.imported})
    ]
    assert refused == [], "\n".join(refused)


def test_no_two_modules_import_each_other_by_any_detour() -> None:
    graph: dict[str, set[str]] = {}
    for i in imports():
        graph.setdefault(i.importer, set()).add(i.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("imports go in a circle: " + " needs ".join(reversed(error.args[1])))


# ---- the outside world

FILES, CLOCK, PROCESSES, ENVIRONMENT, TERMINAL = "a file", "the clock", "a process", "the environment", "the terminal"
# Where each of them may be touched. Files of the package itself come through importlib.resources.
DOORS = {
    FILES: {"parts", "workspace", "folder_lock", "programs", "cache"},
    CLOCK: {"workspace"},
    PROCESSES: {"programs", "office", "git"},
    ENVIRONMENT: {"workspace", "cache", "office", "git", "cli"},
    TERMINAL: {"cli"},
}
ATTRIBUTES = {
    **dict.fromkeys(["open", "write_text", "write_bytes", "read_bytes", "unlink", "mkdir", "touch"], FILES),
    **dict.fromkeys(["today", "now", "utcnow", "localtime", "gmtime", "time_ns"], CLOCK),
    **dict.fromkeys(["system", "popen", "execv", "fork"], PROCESSES),
    **dict.fromkeys(["environ", "environb", "getenv", "putenv"], ENVIRONMENT),
    **dict.fromkeys(["stdout", "stderr", "stdin"], TERMINAL),
}
# Attributes of these modules alone: `text.replace` and `run.stdout` of others mean something else.
OWNERS = {PROCESSES: {"os"}, ENVIRONMENT: {"os"}, TERMINAL: {"sys"}}
IMPORTS = {"subprocess": PROCESSES, "multiprocessing": PROCESSES, "tempfile": FILES, "shutil": FILES}
CALLS = {"open": FILES, "print": TERMINAL, "input": TERMINAL}


def touches(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Each place, by its line, where the code of a node touches the outside world, and what of it."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("os"), "open"), [ast.Attribute(ast.Name("os"), "devnull"), _]):
            # What takes the place of a terminal that went away is no file.
            yield node.lineno, TERMINAL
            return
    if kind := touched(node):
        yield node.lineno, kind  # type: ignore[attr-defined]
    for child in ast.iter_child_nodes(node):
        yield from touches(child)


def touched(node: ast.AST) -> str:
    """What of the outside world a node touches by itself; empty for nothing."""
    match node:
        case ast.Call(ast.Name(name)) if name in CALLS:
            return CALLS[name]
        case ast.Attribute(ast.Name("time"), "time"):
            return CLOCK
        case ast.Attribute(owner, name) if name in ATTRIBUTES:
            kind = ATTRIBUTES[name]
            owners = OWNERS.get(kind)
            return kind if owners is None or (isinstance(owner, ast.Name) and owner.id in owners) else ""
        case ast.Import(names):
            return next((IMPORTS[name.name] for name in names if name.name in IMPORTS), "")
        case ast.ImportFrom(module, names):
            from_it = [ATTRIBUTES[n.name] for n in names if module in {"os", "sys", "io"} and n.name in ATTRIBUTES]
            return IMPORTS.get(module or "", "") or next(iter(from_it), "")
        case _:
            return ""


def test_only_the_doors_touch_files_the_clock_processes_the_environment_and_the_terminal() -> None:
    refused = [
        f"{modules()[module].relative_to(ROOT)}:{line}: touches {kind}"
        for module in modules()
        for line, kind in touches(tree(module))
        if row_name(module) not in DOORS[kind]
    ]
    assert refused == [], "\n".join(refused)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("open('deal.yaml')", FILES),
        ("Path('deal.yaml').open()", FILES),
        ("io.open('deal.yaml')", FILES),
        ("path.write_bytes(b'')", FILES),
        ("from io import open", FILES),
        ("date.today()", CLOCK),
        ("datetime.datetime.now(UTC)", CLOCK),
        ("time.time()", CLOCK),
        ("import subprocess", PROCESSES),
        ("from subprocess import run", PROCESSES),
        ("os.system('ls')", PROCESSES),
        ("os.environ['HOME']", ENVIRONMENT),
        ("from os import environ", ENVIRONMENT),
        ("print(1)", TERMINAL),
        ("os.dup2(os.open(os.devnull, os.O_WRONLY), 1)", TERMINAL),
        ("sys.stderr.write('')", TERMINAL),
        ("archive.read('word/document.xml')", ""),
        ("from os import PathLike", ""),
    ],
)
def test_a_touch_is_seen(line: str, kind: str) -> None:
    assert list(touches(ast.parse(line))) == ([(1, kind)] if kind else [])


# ---- length and weight


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in modules().items()}
    too_long = [f"{module}: {length} lines" for module, length in lengths.items() if length > LONGEST]
    assert too_long == [], "\n".join(too_long)


@pytest.mark.parametrize("command", ["import generator", "import generator.cli"])
def test_the_command_starts_without_the_heavy_libraries(command: str) -> None:
    show = f"{command}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    ran = subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert set(ran.stdout.split()) & HEAVY == set()
