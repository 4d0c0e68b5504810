"""Words and numbers in each language: what the program says, and how it is written."""
