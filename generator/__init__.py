"""Clausier: contracts and service-level agreements for managed service providers, out of a short deal.

The four functions that programs use::

    draft = check("contracts/pme-acme.yaml")     # every stage, no file
    draft.report.diagnostics                     # what was found
    files = build("contracts/pme-acme.yaml", "build/")
    print(explain(draft, "liability.cap"))       # why this clause, this number
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api import BuildResult, build, check, draft, explain
    from generator.pipeline import Draft, Options

__version__ = "0.1.0"
__all__ = ["BuildResult", "Draft", "Options", "__version__", "build", "check", "draft", "explain"]


def __getattr__(name: str) -> Any:
    # Nothing heavy is imported before it is used: `clausier --help` stays quick.
    if name not in __all__:
        raise AttributeError(name)
    import importlib

    module = "generator.pipeline" if name in {"Draft", "Options"} else "generator.api"
    return getattr(importlib.import_module(module), name)
