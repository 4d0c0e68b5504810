"""The sheet itself: sizes, type, what stands round a map, and the check of what was set."""
