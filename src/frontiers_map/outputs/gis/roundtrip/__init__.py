"""Layers edited elsewhere, taken back into the atlas's own files."""
