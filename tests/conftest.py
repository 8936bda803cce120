"""For every room's tests: nothing of this computer's settings leaks in, and slow is not wrong."""

from __future__ import annotations

import os

from hypothesis import settings

for name in [*os.environ]:
    if name.startswith("DEDALUS_") or name in {"NO_COLOR", "NO_MOTION"}:
        del os.environ[name]

# A busy machine must not turn a property into a race against the clock.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
