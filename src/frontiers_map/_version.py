"""The version, for whoever must say it without importing anything else."""

__version__ = "0.2.0"
