"""How the tests run: the length of the properties, and what keeps them from doing the same work twice."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from breaking import forks
from hypothesis import HealthCheck, settings
from office import office

from generator.library import kept

# What takes long to start is started once a run: a module that imported these fixtures would have its own.
__all__ = ["forks", "office"]

# A time limit an example would only measure the neighbours. Hypothesis chooses its profile `ci` by itself where CI is
# set: the same examples at every run.
settings.register_profile("local", deadline=None)
settings.register_profile("nightly", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("local")

NIGHTLY = 20

# The drafts and libraries that a test file keeps are walked at each collection: a quarter of the time, for nothing.
gc.set_threshold(100_000, 10, 10)
# Tests change the library in many ways, each of which takes seconds to read: kept for the other tests and the next run,
# beside the other caches of the checkout and not among what the user's own commands keep.
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).resolve().parent.parent / ".cache" / "tests")
kept._IMAGES = 200  # type: ignore[misc]


@pytest.fixture
def nightly(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long run: a test that asks for it says itself how much longer it is then."""
    return _is_nightly(request.config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``--hypothesis-profile=nightly`` (``make nightly``) runs every property at twenty times its length, what has a
    longer form and what is marked ``nightly``; all the rest would only be run again. By day half of a property's
    examples do, and twenty at least."""
    long = _is_nightly(config)
    left_out = []
    for item in items:
        test = getattr(item, "function", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None:
            most = own.max_examples
            examples = NIGHTLY * most if long else max(most // 2, min(most, 20))
            test._hypothesis_internal_use_settings = settings(own, max_examples=examples)
        only_then = item.get_closest_marker("nightly") is not None
        longer_then = own is not None or "nightly" in getattr(item, "fixturenames", ())
        if only_then != long and not (long and longer_then):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _is_nightly(config: pytest.Config) -> bool:
    return bool(config.getoption("--hypothesis-profile") == "nightly")
