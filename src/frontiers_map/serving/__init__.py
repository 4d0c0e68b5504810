"""The page of an atlas while somebody works on it: served here, built again when a file changes."""
