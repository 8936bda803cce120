"""Hypothesis profiles: 500 examples in CI, 20,000 with ``HYPOTHESIS_PROFILE=long``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "emulator",
    max_examples=500,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "long", settings.get_profile("emulator"), max_examples=20_000, derandomize=False
)
EXAMPLES = settings.get_profile(
    "long" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else "emulator"
)
"""Settings to put on the emulator's property tests; other rooms keep their own."""
