"""Channels and shoals of an atlas's own: do they join the sea, and name what there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import shapely

from frontiers_map.atlas.messages import did_you_mean
from frontiers_map.atlas.reader import Found, Reader

__all__ = ["check_waters"]

_CHANNELS, _GATES = "channels.geojson", "gates.geojson"


def check_waters(reader: Reader, found: Mapping[str, list[Found]]) -> None:
    """Tell channels that join nothing, or have a name or a gate that cannot be.

    The sea network is only asked where there are any.
    """
    if not found[_CHANNELS]:
        return
    from frontiers_map.sea.channels import channels

    gates = {cast("Any", item.row).id for item in found[_GATES]} | reader.named.get(_GATES, set())
    whole = []
    for item in found[_CHANNELS]:
        row: Any = item.row
        if row.id in channels():
            _say(reader, item, "id", f"found '{row.id}', a channel of the package "
                 f"({channels()[row.id].name}); allowed: another id")  # fmt: skip
        elif row.gate not in {None, *gates} and _GATES not in reader.unread:
            hint = did_you_mean(row.gate, gates)
            _say(reader, item, "gate", f"found '{row.gate}'; allowed: a gate of {_GATES}, or "
                 f"nothing: it is then one by its own id{hint}")  # fmt: skip
        else:
            whole.append(item)
    if whole:
        _check_joined(reader, whole)


def _check_joined(reader: Reader, found: list[Found]) -> None:
    """Tell channels that nothing leads to, and note ends that lead nowhere."""
    from frontiers_map.sea.network import Network
    from frontiers_map.sea.own_channels import JOIN_KM, OwnChannel
    from frontiers_map.sea.route import InlandError

    lines = {
        str(number): OwnChannel(shapely.get_coordinates(item.geometry), str(number))
        for number, item in enumerate(found)
    }
    laid, ends = Network.load().laid_over(lines)
    for number, item in enumerate(found):
        both = zip(("begins", "ends"), ends[str(number)], strict=True)
        loose = [(name, end) for name, end in both if isinstance(end, InlandError)]
        told = " and ".join(
            f"{name} at {end.point[0]:g},{end.point[1]:g}, {end.km:,.0f} km from any known way"
            for name, end in loose
        )
        if str(number) in laid.unjoined:
            _say(reader, item, "geometry", f"found a line that joins nothing: it {told}; allowed: "
                 f"at least one end on water, within {JOIN_KM:g} km of it, or on another channel; "
                 "way out: draw it on as far as open water")  # fmt: skip
        elif loose:
            reader.notes.append(
                f"{reader.folder}/{_CHANNELS}: {cast('Any', item.row).id}: {told}; ways lead in "
                "and out by what else joins the sea, as up a river"
            )


def _say(reader: Reader, item: Found, field: str, text: str) -> None:
    row = cast("Any", item.row)
    reader.say(_CHANNELS, text, line=item.line, feature=row.id, field=field)
