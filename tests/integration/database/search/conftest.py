"""Chance, whose seed a failure shows."""

import os
import random
import secrets
import sys

import pytest


@pytest.fixture
def chance() -> random.Random:
    """Another one each time; TEST_SEED brings one back."""
    seed = int(os.environ.get("TEST_SEED", secrets.randbits(32)))
    sys.stdout.write(f"TEST_SEED={seed}\n")
    return random.Random(seed)  # noqa: S311
