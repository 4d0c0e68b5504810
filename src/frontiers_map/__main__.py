"""``python -m frontiers_map`` is the same as ``frontiers-map``."""

from frontiers_map.cli import main

main()
