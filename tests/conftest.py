"""How the tests run: the length of the properties."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A time limit an example would only measure the neighbours. Hypothesis chooses its profile `ci` by itself where CI is
# set: the same examples at every run.
settings.register_profile("local", deadline=None)
settings.register_profile("nightly", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("local")

NIGHTLY = 20


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``--hypothesis-profile=nightly`` (``make nightly``) runs every property twenty times as long."""
    if config.getoption("--hypothesis-profile") != "nightly":
        return
    for item in items:
        test = getattr(item, "function", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None:
            test._hypothesis_internal_use_settings = settings(own, max_examples=NIGHTLY * own.max_examples)
