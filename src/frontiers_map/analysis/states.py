"""How features of one's own stand at a date: in service, out of it, over, or still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from frontiers_map.style import FEATURE_LOOKS

if TYPE_CHECKING:
    from frontiers_map.atlas.atlas import Atlas

__all__ = ["STATES", "feature_states"]

STATES: Final = tuple(FEATURE_LOOKS)


def feature_states(atlas: Atlas, layer: Any, date: str) -> list[str]:
    """Say how each feature of a layer stands at a date, one of `STATES`.

    Parameters
    ----------
    layer
        A frame with id, since and until.
    date
        YYYY, YYYY-MM or YYYY-MM-DD. What begins or ends within it has begun, and is not over.
    """
    spans: dict[str, list[tuple[str, str]]] = {}
    for row in atlas.outages.itertuples():
        spans.setdefault(row.feature_id, []).append((row.since or "", row.until or ""))
    return [
        "ahead"
        if not _begun(since, date)
        else "over"
        if _past(until, date)
        else "out"
        if any(_begun(a, date) and not _past(b, date) for a, b in spans.get(name, ()))
        else "in_service"
        for name, since, until in zip(layer["id"], layer["since"], layer["until"], strict=True)
    ]


def _begun(since: str | None, date: str) -> bool:
    return not since or since <= date or since.startswith(date)


def _past(until: str | None, date: str) -> bool:
    return bool(until) and until < date and not date.startswith(until)  # type: ignore[operator, arg-type]
