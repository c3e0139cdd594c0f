"""Parts of the documentation that are made of the code."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
