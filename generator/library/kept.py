"""The library of a workspace, out of the user's cache where it was read before."""

from __future__ import annotations

import gc
import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Final

from generator.cache import is_off, program_state, recall_bytes, remember_bytes
from generator.diagnostics import Diagnostic
from generator.library.image import packed, unpacked
from generator.library.model import Library
from generator.library.proof import is_proven
from generator.workspace import Workspace, WorkspaceError

# A checkout and the library of a house, each before and after a change.
_IMAGES: Final = 4


_READINGS: Final = 3


class _Changing(Exception):
    """A file of the library was changed while it was read."""


def current_library(workspace: Workspace, formulas: frozenset[str]) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library of a workspace, read once a process as long as no file of it changes.

    What was read of files that changed meanwhile is read again: no contract is made of two libraries. ``formulas`` are
    the names that facts may compute with. Raises ``WorkspaceError``.
    """
    for _ in range(_READINGS):
        with suppress(_Changing):
            return _library(workspace, formulas, workspace.library_state())
    remedy = "run the command again when nobody writes there"
    raise WorkspaceError(str(workspace.clauses), "the library is being changed while it is read", remedy)


@lru_cache(maxsize=2)
def _library(
    workspace: Workspace, formulas: frozenset[str], state: tuple[tuple[str, int, int, int], ...]
) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    # The library lives as long as the process: the garbage collector need not walk it while it grows, nor again for
    # every deal.
    gc.disable()
    try:
        found = kept_library(workspace, formulas)
    except (WorkspaceError, OSError) as error:
        if workspace.library_state() != state:
            raise _Changing from error
        raise
    finally:
        gc.enable()
        gc.freeze()
    if workspace.library_state() != state:
        raise _Changing
    return found


def kept_library(workspace: Workspace, formulas: frozenset[str]) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library as this program read it before from files that say the same; else as it is read now.

    ``formulas`` are the names that facts may compute with.
    """
    digest = workspace.library_digest()
    names = f"{workspace.schemas_digest()} {workspace.clauses.name} {program_state()}"
    key = hashlib.sha256(f"{digest} {names}".encode()).hexdigest()
    image = recall_bytes("library", key)
    library = unpacked(image) if image else None
    if library is not None and library.digest == digest:
        # Whether it was proven stands in no file of the library itself.
        return replace(library, proven=is_proven(workspace, digest)), ()
    # The readers of its files and their libraries are needed by nobody who finds an image.
    from generator.library.load import load_library

    library, found = load_library(workspace, formulas)
    # A file that was changed while the library was read is not what the key names.
    if library is not None and library.digest == digest and not is_off():
        remember_bytes("library", key, packed(library), _IMAGES)
    return library, found
