"""Whether the library that was read is the one that was proven."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from generator.workspace import Workspace, WorkspaceError, read_text

LOCK: Final = "library.lock"
"""The record of the last proof, beside the files of the library; `generator.prove.lock` writes it."""

MOST_BYTES: Final = 4 << 20


def is_proven(workspace: Workspace, digest: str) -> bool:
    """Whether every goal was proven of the library with this digest."""
    held = _record(workspace)
    return bool(held.get("library") == digest and held.get("failed") == 0 and held.get("unknown") == 0)


def proven_goals(workspace: Workspace, digest: str, engine: str) -> Mapping[str, int]:
    """How many goals of each kind were proven of the library with this digest by this program; empty where not all."""
    held = _record(workspace)
    if not is_proven(workspace, digest) or held.get("engine") != engine:
        return {}
    goals = held.get("goals")
    return goals if isinstance(goals, dict) and all(isinstance(count, int) for count in goals.values()) else {}


def _record(workspace: Workspace) -> dict[str, Any]:
    """The last proof as its file holds it; empty where there is none that can be read."""
    try:
        held = json.loads(read_text(workspace.clauses / LOCK, MOST_BYTES))
    except (WorkspaceError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}
