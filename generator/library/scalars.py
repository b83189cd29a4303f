"""Words of a library file as text: single scalars of YAML or JSON replaced, and no other letter of the file touched.

A scalar keeps its quotes, its place and the lines of its block where that can be; what YAML would read as something
else is put in double quotes. The result is read again before it is given back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any, Final

import yaml

from generator.library.wordings import one_line
from generator.source import Path, read_yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A space that does not break is a letter of its word.
_BLANK: Final = " \t\n"
_GAP: Final = re.compile(f"([{_BLANK}]+)")
_LINE_END: Final = re.compile(r"\r?\n")

Words = Mapping[Path, str]
"""By the path of a scalar, what it shall say on one line."""

Reader = Callable[[str], Any]
"""The plain value of a text, or ``None`` for a text that cannot be read."""


class ScalarError(Exception):
    """The words have no place in the file, or would be read as something else."""


def with_words(text: str, words: Words, read: Reader) -> str:
    """The text with these words at their paths. Raises ``ScalarError``."""
    before = read(text)
    for quoted in (False, True):
        changed = _changed(text, words, quoted=quoted)
        after = read(changed)
        if after is not None and after == _expected(before, after, words):
            return changed
    raise ScalarError


def _expected(before: Any, after: Any, words: Words) -> Any:
    """What the file should hold: all as before, but at each path something that says the words on one line."""
    wanted = deepcopy(before)
    for path, said in words.items():
        found, home = after, wanted
        try:
            for step in path:
                found = found[step]
            for step in path[:-1]:
                home = home[step]
        except (LookupError, TypeError):
            return None
        home[path[-1]] = found if isinstance(found, str) and one_line(found) == said else None
    return wanted


def _changed(text: str, words: Words, *, quoted: bool) -> str:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ScalarError from error
    edits = []
    for path, said in words.items():
        node, flow = scalar_at(root, path)
        start, end = node.start_mark.index, node.end_mark.index
        edits.append((start, end, _written(text[start:end], node, said, flow=flow, quoted=quoted)))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def scalar_at(root: Any, path: Path) -> tuple[yaml.ScalarNode, bool]:
    """The scalar at a path, and whether it stands between braces or brackets. Raises ``ScalarError``."""
    node, flow = root, False
    for step in path:
        flow = flow or bool(getattr(node, "flow_style", False))
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            continue
        entries = node.value if isinstance(node, yaml.MappingNode) else ()
        found = [value for key, value in entries if unicodedata.normalize("NFC", str(key.value)) == step]
        if not found:
            raise ScalarError
        node = found[0]
    if not isinstance(node, yaml.ScalarNode):
        raise ScalarError
    return node, flow


# ---- one scalar


def _written(held: str, node: yaml.ScalarNode, said: str, *, flow: bool, quoted: bool) -> str:
    """The scalar in the file's own letters, which are ``held`` now, with other words."""
    if node.style in ("|", ">"):
        if not quoted:
            return _block(held, said)
        # What stands behind a block is on the next line: so it is behind the quotes.
        return _double(said) + held[len(held.rstrip()) :]
    value = _respaced(node.value, said)
    if quoted or "\n" in value or node.style == '"':
        return _double(value)
    if node.style == "'":
        return "'" + value.replace("'", "''") + "'"
    return value if _stays_plain(value, flow=flow) else _double(value)


def _double(value: str) -> str:
    """In double quotes, as YAML and JSON both read it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _stays_plain(value: str, *, flow: bool) -> bool:
    """Whether YAML reads these letters without quotes as this very text, in whatever they stand."""
    probes = (f"{{a: {value}, b: c}}", f"[{value}, c]") if flow else (f"a: {value} # c", f"- {value} # c")
    wanted = ({"a": value, "b": "c"}, [value, "c"]) if flow else ({"a": value}, [value])
    sources = (read_yaml("", probe)[0] for probe in probes)
    return all(source is not None and source.value == one for source, one in zip(sources, wanted, strict=True))


def _block(held: str, said: str) -> str:
    """A block of lines with other words: its header, its indentation and the lines of words that stay are kept."""
    content = held.rstrip()
    header, *lines = _LINE_END.split(content)
    break_ = "\r\n" if "\r\n" in held else "\n"
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    if not indent:
        raise ScalarError
    margin = lines[0][:indent] if lines[0].strip() else " " * indent
    inner = "\n".join(line[indent:] for line in lines)
    new = (margin + line if line.strip() else "" for line in _respaced(inner, said).split("\n"))
    return break_.join((header, *new)) + held[len(content) :]


def _respaced(old: str, said: str) -> str:
    """The words with the line breaks of ``old`` where the words around these are still there, and with its edges."""
    core = old.strip(_BLANK)
    edge = len(old) - len(old.lstrip(_BLANK))
    before, after = _GAP.split(core), _GAP.split(said)
    matcher = SequenceMatcher(None, before[::2], after[::2], autojunk=False)
    same = {start + at: new + at for start, new, size in matcher.get_matching_blocks() for at in range(size)}
    for at, gap in enumerate(before[1::2]):
        # A line ends behind the word that it ended with, or else begins with the word that it began with.
        place = same.get(at, same.get(at + 1, 0) - 1)
        if "\n" in gap and 0 <= place < len(after) // 2:
            after[2 * place + 1] = gap
    return old[:edge] + "".join(after) + (old[len(old.rstrip(_BLANK)) :] if core else "")
