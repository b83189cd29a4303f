"""Which files are deals: those that were named, and of a folder all that say so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from generator.workspace import WorkspaceError, files_below, read_text

PROFILE: Final = "provider.yaml"
ENDINGS: Final = (".yaml", ".yml")
_DEAL: Final = re.compile(r"^[\"']?meta[\"']?[ \t]*:|\bdeal_id\b", re.MULTILINE)
_GROUP: Final = re.compile(r"^[\"']?([a-z_]+)[\"']?[ \t]*:", re.MULTILINE)
# A file with so many groups of a deal was meant to be one.
_FEW: Final = 3


class DealFile(NamedTuple):
    """A file that may be a deal; one that was named is one, whatever it says."""

    path: Path
    named: bool


def deal_files(paths: Iterable[Path]) -> Iterator[DealFile]:
    """Each file once, in the order of the arguments. Raises ``WorkspaceError`` for a folder that cannot be listed."""
    paths = tuple(paths)
    # What is named is one of the deals, also where a folder before it has it.
    names = {str(path.resolve()) for path in paths if not path.is_dir()}
    seen: set[str] = set()
    for path in paths:
        found = files_below(path, ENDINGS) if path.is_dir() else (path,)
        for file in found:
            place = str(file.resolve())
            named = place in names
            if place not in seen and (named or file.name != PROFILE):
                seen.add(place)
                yield DealFile(file, named)


def deals_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The deals among these files: those that were named, and those that say so or cannot be read.

    Whoever reads one that cannot be read says why. Raises ``WorkspaceError`` as ``deal_files`` does.
    """
    return (file.path for file in deal_files(paths) if file.named or _says_so(file.path))


def _says_so(path: Path) -> bool:
    try:
        return is_deal(read_text(path))
    except WorkspaceError:
        return True


def is_deal(text: str) -> bool:
    """Whether a YAML text says that it is a deal."""
    return _DEAL.search(text) is not None


def resembles_a_deal(text: str, groups: Collection[str]) -> bool:
    """Whether a text that does not say so has the groups of one."""
    return len({name for name in _GROUP.findall(text) if name in groups}) >= _FEW
