"""What is written, one folder a renderer: they read and draw, and compute no fact of their own.

None imports another.
"""
