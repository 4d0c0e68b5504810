"""The commands that sail: one route, many, and the ways between many places."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontiers_map.cli.commands import cli
from frontiers_map.cli.common import atlas_folder, atlas_option, problems_as_exit_2, teller
from frontiers_map.errors import CallError, one_line

if TYPE_CHECKING:
    from frontiers_map.voyages.parts import Done

__all__ = ["matrix", "reach", "route"]


class _Knots(click.FloatRange):
    """A range that not-a-number is not in."""

    name = "knots"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value).strip().lower().lstrip("+-") == "nan":
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return super().convert(value, param, ctx)


class _Coordinates(click.Command):
    """A command that takes ``-74.0,40.5`` as a position, not as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        positions = [re.sub(r"^-(?=[\d.]+,)", "\N{MINUS SIGN}", argument) for argument in args]
        return super().parse_args(ctx, positions)


def sailing_options(command: Any) -> Any:
    """Give a command what routes may be asked under: gates, ship, area, speed."""
    options = [
        click.option(
            "--close", multiple=True, metavar="GATE", help="Close a gate or a group of gates."
        ),
        click.option(
            "--open",
            "opened",
            multiple=True,
            metavar="GATE",
            help="Open a gate that is shut to this ship, or to all.",
        ),
        click.option(
            "--ship",
            metavar="CLASS",
            help="A class of ship ('show ships'): what it may not pass is shut.",
        ),
        click.option(
            "--draught", type=float, metavar="M", help="Draught in metres, instead of the class's."
        ),
        click.option(
            "--avoid",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE.geojson",
            help="Keep out of these polygons.",
        ),
        click.option(
            "--snap",
            type=click.FloatRange(0, 100),
            metavar="KM",
            help="How far an end on land may be moved to water: 20 unless said.",
        ),
        click.option(
            "--speed",
            type=_Knots(1, 60),
            default=17.0,
            show_default=True,
            metavar="KN",
            help="Speed in knots.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def via_option(command: Any) -> Any:
    """Give a command the option --via."""
    return click.option(
        "--via", multiple=True, metavar="GATE|PLACE", help="Pass here; several in order."
    )(command)


def scheduler_option(command: Any) -> Any:
    """Give a command the option --scheduler."""
    return click.option(
        "--scheduler",
        metavar="ADDRESS|N",
        help="Share the work out on Dask: the address of its scheduler, or N workers here.",
    )(command)


def _folder(output: Path | None, scheduler: str | None, needed: bool = False) -> Path | None:
    """Give the folder that the answers go to, if it is one."""
    if output is not None and not output.suffix:
        return output
    if scheduler or needed:
        why = "--scheduler" if scheduler else "a folder of pairs"
        raise CallError(f"-o: {why} needs a folder for its answers; found {output or 'none'}")
    return None


def _told_parts(done: Done, output: Path) -> None:
    """Say what came of parts, and leave with code 2 if not all is well."""
    for reason, count in done.reasons.most_common():
        click.echo(one_line(f"{count:,} times: {reason}"), err=True)
    for bad in done.bad:
        click.echo(one_line(bad), err=True)
    told = f"{done.rows - done.failed:,} routed, {done.failed:,} failed"
    many = f", {len(done.bad)} parts could not be done" if done.bad else ""
    click.echo(f"{done.rows:,} rows in {output}{os.sep}: {told}{many}; sha256 {done.digest}")
    if done.failed or done.bad:
        raise SystemExit(2)


@cli.command(cls=_Coordinates)
@click.argument("ends", nargs=-1, metavar="[FROM TO]")
@via_option
@sailing_options
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="Many routes: a table (CSV, XLSX, Parquet, JSON, …) with columns from,to, or lines; "
    "optional via,close,open,ship,draught_m,speed_kn,dwt,avoid,id.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A .csv, .geojson, .gpkg, .parquet, .kml or .gpx file, or .rtz for one route; a new "
    "folder takes pairs in Parquet of any number, without lines.",
)
@scheduler_option
@click.option(
    "--depart",
    metavar="WHEN",
    help="Say when each gate is passed and when the ship arrives: 2026-12-02T06:00, UTC.",
)
@click.option(
    "--dwt", type=float, metavar="T", help="Deadweight, with --ship: estimate fuel and CO2."
)
@click.option(
    "--zones",
    metavar="FILE|eca",
    help="Miles in each of these polygons, in order; eca: emission control areas of MARPOL.",
)
@click.option(
    "--simplify",
    type=click.FloatRange(0, 100_000),
    default=0.0,
    metavar="M",
    help="Leave out vertices of written lines that lie this near to the rest, in metres.",
)
@click.option(
    "--best-order", is_flag=True, help="Make the calls of --via in the order of fewest miles."
)
@click.option(
    "--alternatives",
    type=click.IntRange(0, 9),
    default=0,
    metavar="N",
    help="Other ways, each by another set of gates, and what each adds.",
)
@atlas_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "geojson"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def route(
    options: dict[str, bool],
    ends: tuple[str, ...],
    via: tuple[str, ...],
    close: tuple[str, ...],
    opened: tuple[str, ...],
    ship: str | None,
    draught: float | None,
    avoid: Path | None,
    snap: float | None,
    speed: float,
    pairs: Path | None,
    output: Path | None,
    scheduler: str | None,
    depart: str | None,
    dwt: float | None,
    zones: str | None,
    simplify: float,
    best_order: bool,
    alternatives: int,
    named: Path | None,
    style: str,
) -> None:
    """Find the way by sea from FROM to TO.

    Each is the id or name of a place or terminal of the atlas, the name or UN/LOCODE of a harbour
    of the world, or lon,lat. Without --ship it is a ship that any charted strait takes.

    \b
    Examples:
        frontiers-map route algeciras KRPUS --ship vlcc
        frontiers-map route coral_sul sodegaura --close malacca
        frontiers-map route 40.6,-10.8 -74.0,40.5 --via good_hope
        frontiers-map route --pairs pairs.csv -o routes.gpkg
    """  # fmt: skip
    from frontiers_map.cli.pairs import as_csv, write
    from frontiers_map.voyages.alternatives import Asked
    from frontiers_map.voyages.any_table import read_any
    from frontiers_map.voyages.area import area_notes
    from frontiers_map.voyages.calls import one_way
    from frontiers_map.voyages.pairs import add_zones, route_table
    from frontiers_map.voyages.parts import Terms, route_parts
    from frontiers_map.voyages.timetable import departure
    from frontiers_map.voyages.vessels import Vessel
    from frontiers_map.voyages.voyage import table_of
    from frontiers_map.voyages.world import World
    from frontiers_map.voyages.zones import ECA, ECA_NOTE, read_zones

    with problems_as_exit_2():
        leaves = departure(depart) if depart is not None else None
        areas = read_zones(zones) if zones is not None else []
        if zones == ECA:
            click.echo(ECA_NOTE, err=True)
        into = None
        if pairs is not None:
            into = _folder(output, scheduler, pairs.is_dir())
            if into is not None and (zones or simplify):
                raise CallError("--zones and --simplify need lines; a folder is written without")
        elif scheduler:
            raise CallError("--scheduler: takes many routes; allowed: with --pairs")
        named = atlas_folder(named)
        world = World.load(named, avoid=avoid, snap=snap)
        if pairs is not None:
            if ends or via or best_order or alternatives or depart:
                raise CallError(
                    "--pairs takes FROM, TO and via from its file, and goes without "
                    "--best-order, --alternatives and --depart"
                )
            if output is not None and output.resolve() == pairs.resolve():
                raise CallError(f"-o: found {output}, the file of the pairs; allowed: another file")
            if into is not None:
                terms = Terms((), close, opened, ship, draught, speed, dwt, snap).of(world, named)
                done = route_parts(
                    pairs, into, terms, scheduler=scheduler, progress=teller(options["quiet"])
                )
                _told_parts(done, into)
                return
            flat = output is None or output.suffix.lower() == ".csv"  # has no lines
            answers = route_table(
                world, read_any(pairs), close=close, opened=opened, ship=ship, draught=draught,
                speed=speed, dwt=dwt, zones=areas, lines=not flat or bool(areas or avoid),
            )  # fmt: skip
            table, problems = answers.table, answers.problems
            for note in (
                *answers.notes,
                *(f"{avoid}: {x}" for x in area_notes(world, answers.found)),
            ):
                click.echo(one_line(note), err=True)
            for problem in problems:
                click.echo(str(problem), err=True)
            told = f"{len(table) - len(problems)} routed, {len(problems)} failed"
            if output is not None:
                write(table, output, simplify)
                click.echo(f"{len(table)} rows in {output}: {told}")
            else:
                click.echo(as_csv(table), nl=False)
                click.echo(told, err=True)
            if problems:
                raise SystemExit(2)
            return
        if len(ends) != 2:
            raise CallError(
                f"found {len(ends)} of the two ends; allowed: FROM and TO, or --pairs FILE.csv"
            )
        vessel = Vessel.asked(world.atlas.ships, ship, draught)
        found = one_way(
            world, *ends, Asked(close, opened, vessel), via=via, ordered=best_order,
            areas=areas, leaves=leaves, speed=speed, dwt=dwt, alternatives=alternatives,
        )  # fmt: skip
        if len(found.alternatives) < alternatives:
            many = len(found.alternatives) or "no"
            click.echo(f"found {many} other way{'s' * (many != 1)} by other gates", err=True)
        for note in area_notes(world, [found]):
            click.echo(one_line(f"{avoid}: {note}"), err=True)
        if output is not None:
            ways = (found, *found.alternatives)
            asked = [(way.start, way.end) for way in ways]
            rows = table_of(asked, ways, speed_kn=speed)
            add_zones(rows, ways, areas)
            write(rows, output, simplify)
            click.echo(f"{len(ways)} row{'s' * (len(ways) > 1)} in {output}")
            return
        writers = {"table": found.table, "json": found.json, "geojson": found.geojson}
        click.echo(writers[style](speed))


@cli.command(cls=_Coordinates)
@click.argument("places", nargs=-1, metavar="PLACE|FILE...")
@click.option("--to", multiple=True, metavar="PLACE|FILE", help="Only to these; several times.")
@via_option
@sailing_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A .csv or .parquet file with a row a way, or an .xlsx workbook that has squares, too; "
    "a new folder takes more ways than fit into memory, as Parquet.",
)
@scheduler_option
@atlas_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def matrix(
    options: dict[str, bool],
    places: tuple[str, ...],
    to: tuple[str, ...],
    via: tuple[str, ...],
    close: tuple[str, ...],
    opened: tuple[str, ...],
    ship: str | None,
    draught: float | None,
    avoid: Path | None,
    snap: float | None,
    speed: float,
    output: Path | None,
    scheduler: str | None,
    named: Path | None,
    style: str,
) -> None:
    """Find miles, days and gates from each PLACE to each other, or to those of --to.

    Each is as for 'route', or a FILE with one place a row: a column place, name or locode, two
    columns lon and lat, or points of a layer. Where there is no way the reason is told.

    \b
    Examples:
        frontiers-map matrix NLRTM SGSIN JPYOK USHOU
        frontiers-map matrix ras_laffan coral_sul --to futtsu --to adriatic --close hormuz
        frontiers-map matrix ports.csv --to terminals.geojson -o matrix.xlsx
    """  # fmt: skip
    from frontiers_map.cli import matrix as shown
    from frontiers_map.voyages.lengths import lengths
    from frontiers_map.voyages.parts import Terms, matrix_parts
    from frontiers_map.voyages.vessels import Vessel
    from frontiers_map.voyages.world import World

    with problems_as_exit_2():
        starts, notes = shown.places(places)
        ends, more = shown.places(to) if to else (starts, [])
        if not starts:
            raise CallError("found no place; allowed: names, codes, lon,lat, or a file of them")
        for note in (*notes, *more):
            click.echo(one_line(note), err=True)
        into = _folder(output, scheduler)
        if output is not None and into is None:
            shown.check(output)
        named = atlas_folder(named)
        world = World.load(named, avoid=avoid, snap=snap)
        if into is not None:
            terms = Terms(via, close, opened, ship, draught, speed, snap=snap).of(world, named)
            done = matrix_parts(
                starts, ends, into, terms, scheduler=scheduler, progress=teller(options["quiet"])
            )
            _told_parts(done, into)
            return
        vessel = Vessel.asked(world.atlas.ships, ship, draught)
        found = lengths(
            world, starts, ends, via=via, close=close, opened=opened, vessel=vessel, speed=speed,
            progress=teller(options["quiet"]),
        )  # fmt: skip
        failed = int((found.table["error"] != "").sum())
        told = f"{len(found.table) - failed} ways, {failed} without"
        if output is not None:
            shown.write(found, output)
            click.echo(f"{len(found.table)} rows in {output}: {told}")
        else:
            click.echo(shown.text(found, style), nl=False)
            click.echo(told, err=True)
    if failed:
        raise SystemExit(2)


@cli.command(cls=_Coordinates)
@click.argument("place")
@click.option("--days", type=float, metavar="N", help="So many days at --speed.")
@click.option("--nm", type=float, metavar="NM", help="So many nautical miles.")
@sailing_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A .csv, .geojson, .gpkg or .parquet file.",
)
@atlas_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
def reach(
    place: str,
    days: float | None,
    nm: float | None,
    close: tuple[str, ...],
    opened: tuple[str, ...],
    ship: str | None,
    draught: float | None,
    avoid: Path | None,
    snap: float | None,
    speed: float,
    output: Path | None,
    named: Path | None,
    style: str,
) -> None:
    """List the harbours of the world that a ship reaches from PLACE in so many days or miles.

    \b
    Examples:
        frontiers-map reach singapore --days 3
        frontiers-map reach yokohama --days 10 --close malacca_singapore --ship vlcc
        frontiers-map reach 40.6,-10.8 --nm 2000 -o near_coral_sul.gpkg
    """  # fmt: skip
    from frontiers_map.cli.pairs import write_layer
    from frontiers_map.cli.show import listed
    from frontiers_map.voyages.reach import harbours_within, miles
    from frontiers_map.voyages.vessels import Vessel
    from frontiers_map.voyages.world import World

    with problems_as_exit_2():
        far = miles(nm, days, speed)
        world = World.load(atlas_folder(named), avoid=avoid, snap=snap)
        vessel = Vessel.asked(world.atlas.ships, ship, draught)
        found = harbours_within(
            world, place, far, close=close, opened=opened, vessel=vessel, speed=speed
        )
        told = f"{len(found)} harbour{'s' * (len(found) != 1)} within {far:,.0f} nm"
        if left_out := found.attrs.pop("left_out"):
            told += f"; {len(left_out)} as near in a straight line have no way: {left_out[0]}"
        if output is not None:
            write_layer(found, output, "reach")
            click.echo(one_line(f"{len(found)} rows in {output}: {told}"))
        else:
            click.echo(listed(found.drop(columns="geometry"), style), nl=False)
            click.echo(one_line(told), err=True)
