"""The command line: `commands` and `sailing` say what there is, the others read and show."""

from frontiers_map.cli import sailing  # its commands join the group when it is imported
from frontiers_map.cli.commands import cli, main

__all__ = ["cli", "main", "sailing"]
