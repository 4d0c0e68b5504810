"""The palette as CSS custom properties, light and dark."""

from __future__ import annotations

from dataclasses import asdict

from frontiers_map import style

__all__ = ["route_classes", "tokens"]


def tokens() -> str:
    """Give the palette's roles as custom properties on the root; dark by system or by choice."""
    return (
        f":root{{color-scheme:light;{_properties(style.LIGHT)}}}\n"
        "@media (prefers-color-scheme:dark){:root:not([data-theme=light])"
        f"{{color-scheme:dark;{_properties(style.DARK)}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{_properties(style.DARK)}}}\n"
    )


def route_classes() -> str:
    """Give each role of a supplier its colour, in keys and in the still picture."""
    return "".join(
        f".fm-key-{name}{{background:var(--{name})}}.fm-still-{name}{{stroke:var(--{name})}}\n"
        for name in (role.replace("_", "-") for role in style.ROUTE_ROLES)
    )


def _properties(palette: style.Palette) -> str:
    return "".join(
        f"--{role.replace('_', '-')}:{value};" for role, value in asdict(palette).items()
    )
