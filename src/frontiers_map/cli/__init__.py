"""The command line: `commands` says what there is, the others how it reads and shows."""

from frontiers_map.cli.commands import cli, main

__all__ = ["cli", "main"]
