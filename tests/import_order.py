"""Who may import whom: held by tests/project/test_imports.py, and shown in docs/architecture.md."""

from __future__ import annotations

# From top to bottom; what stands on a line may import from its own folder and from lines below.
LAYERS: list[list[str]] = [
    ["__main__"],
    ["cli"],
    ["serving"],
    ["api"],
    ["builder"],
    ["manifest"],
    ["outputs"],
    ["analysis"],
    ["voyages"],
    ["atlas"],
    ["sea"],
    ["geo", "language"],
    ["errors", "style", "symbols", "cache", "_version"],
    ["__init__"],
]
