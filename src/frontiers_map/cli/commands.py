"""The command line: parse, call one library function, print. No geometry here."""

from __future__ import annotations

import datetime
import json
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from frontiers_map._version import __version__
from frontiers_map.errors import AtlasError, CallError, in_lines, one_line

__all__ = ["cli", "main"]

DEFAULT_FOLDER = Path("geodata")
FOLDER = click.Path(path_type=Path)
# More notes than these are named, not printed: a build's last lines should stay in sight.
FEW = 3
SHOWN = ("layers", "gates", "places", "terminals", "sources", "routes", "exposure", "ports",
         "ships")  # fmt: skip


@contextmanager
def problems_as_exit_2() -> Iterator[None]:
    """Print what is wrong with the input or the call, one line each, and leave with code 2."""
    try:
        yield
    except AtlasError as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} problem{'s' * (count > 1)}; nothing was written.", err=True)
        raise SystemExit(2) from error
    except CallError as error:
        click.echo(one_line(str(error)), err=True)
        raise SystemExit(2) from error


def atlas_folder(given: Path | None, named: Path | None = None) -> Path | None:
    """Give the folder that was named, else the one we are in, else ./geodata, else None.

    A folder is an atlas if ``atlas.toml`` is in it; None stands for the packaged atlas.

    Raises
    ------
    CallError
        If two different folders were named.
    """
    if given is not None and named is not None and given.resolve() != named.resolve():
        raise CallError(f"--atlas: found {named} and also {given}; allowed: one atlas")
    if (folder := given or named) is not None:
        return folder
    here = (Path(), DEFAULT_FOLDER)
    return next((folder for folder in here if (folder / "atlas.toml").exists()), None)


def atlas_option(command: Any) -> Any:
    """Give a command the option --atlas, as ``named``."""
    return click.option(
        "--atlas",
        "named",
        type=FOLDER,
        metavar="FOLDER",
        help="The atlas; without it the folder you are in, ./geodata, or the packaged one.",
    )(command)


def teller(quiet: bool) -> Any:
    """Give a function that shows progress on stderr, if somebody is looking."""
    if quiet or not sys.stderr.isatty():
        return lambda text: None
    start = time.monotonic()
    return lambda text: click.echo(f"{time.monotonic() - start:5.1f} s  {one_line(text)}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="frontiers-map")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def cli(context: click.Context, debug: bool, quiet: bool) -> None:
    """Cited geometry layers in; offline maps, print sheets and GIS layers out.

    \b
    frontiers-map build                  everything, from the atlas here or the packaged one
    frontiers-map validate geodata       what is wrong with an atlas, line by line
    frontiers-map route coral_sul sodegaura --close malacca
    frontiers-map show gates             which straits can be closed, and their ids

    \b
    Shell completion, for bash (zsh and fish alike):
        eval "$(_FRONTIERS_MAP_COMPLETE=bash_source frontiers-map)"
    """
    context.obj = {"debug": debug, "quiet": quiet}


@cli.command()
@click.argument("atlas", type=FOLDER, required=False)
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("output"),
    show_default=True,
    help="Folder to write.",
)
@click.option(
    "--only",
    type=click.Choice(["web", "print", "gis", "tables"]),
    multiple=True,
    help="Make only this part; may be given several times. Other parts stay as they are.",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="ID",
    help="Make only this page of maps.toml, as index; may be given several times.",
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    metavar="ID",
    help="Make only this print sheet, or story, the handout; may be given several times.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "it", "ja"]),
    multiple=True,
    help="Make only this language; may be given several times.",
)
@click.option(
    "--basemap",
    type=click.Choice(["osm", "ocean"]),
    help="Put an online basemap under the pages; they then need a network.",
)
@atlas_option
@click.pass_obj
def build(
    options: dict[str, bool],
    atlas: Path | None,
    named: Path | None,
    output: Path,
    only: tuple[str, ...],
    maps: tuple[str, ...],
    sheets: tuple[str, ...],
    language: tuple[str, ...],
    basemap: str | None,
) -> None:
    """Make maps, sheets, layers and tables of ATLAS, a folder of cited layers.

    Without ATLAS it takes the folder you are in if that is an atlas, else ./geodata, else the
    atlas that comes with the package. The output is written whole or not at all; files of yours
    in the output folder are left alone.

    \b
    Examples:
        frontiers-map build geodata -o output --only web
        frontiers-map build geodata --sheet frontiers --language it
    """
    from frontiers_map.builder import build as make
    from frontiers_map.cache import user_cache

    with problems_as_exit_2():
        report = make(
            atlas_folder(atlas, named),
            output,
            only=only,
            maps=maps,
            sheets=sheets,
            languages=language,
            basemap=basemap,
            cache=user_cache(),
            progress=teller(options["quiet"]),
        )
    pages = " ".join(name for name in report.made if name.endswith("/notes.txt"))
    shown = FEW if pages else len(report.notes)  # what is in no file is told here
    for note in report.notes[:shown]:
        click.echo(one_line(note), err=True)
    if len(report.notes) > shown:
        rest = len(report.notes) - shown
        click.echo(f"… and {rest} more notes of this kind; all are in {pages}", err=True)
    for name in report.kept:
        if name.lower() == "readme.md":
            continue  # says what the folder is for, and belongs there
        click.echo(f"{report.output / one_line(name)}: not made by frontiers-map; kept", err=True)
    click.echo(f"{len(report.made)} files in {report.output}")
    page = report.output / "index.html"
    if "index.html" in report.made:
        click.echo(f"Open {page.absolute()} in a browser; it needs no network.")


@cli.command()
@click.argument("atlas", type=FOLDER, required=False)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@atlas_option
def validate(atlas: Path | None, named: Path | None, style: str) -> None:
    """Say everything that is wrong with ATLAS, one line each, and change nothing.

    \b
    Example:
        frontiers-map validate geodata
    """
    from frontiers_map.analysis import figures
    from frontiers_map.analysis.joins import load
    from frontiers_map.atlas.atlas import packaged_atlas, untranslated

    with problems_as_exit_2():
        folder = atlas_folder(atlas, named) or packaged_atlas()
    try:
        # trades that cannot be sailed and figures without a value show when the layers are joined
        found = load(folder)
        if problems := figures.check(found):
            raise AtlasError(problems)
    except AtlasError as error:
        if style == "json":
            click.echo(json.dumps([problem.as_dict() for problem in error.problems], indent=2))
        else:
            click.echo(str(error))
            count = len(error.problems)
            click.echo(f"{count} problem{'s' * (count > 1)}.", err=True)
        raise SystemExit(2) from error
    if style == "json":
        click.echo("[]")
        return
    click.echo(f"{folder}: all in order. {found!r}")
    for note in found.notes:
        click.echo(one_line(note))
    missing = untranslated(found)
    if missing:
        texts = "texts exist" if len(missing) > 1 else "text exists"
        click.echo(f"{len(missing)} {texts} in English only; the pages fall back to it.")


@cli.command()
@click.argument("folder", type=FOLDER)
@click.option("--title", default="An atlas of my own", show_default=True, help="Its title.")
@click.option("--language", "languages", multiple=True, help="A language of it; may be repeated.")
@click.option("--extent", help="West,south,east,north in degrees; the world if left out.")
def init(folder: Path, title: str, languages: tuple[str, ...], extent: str | None) -> None:
    """Write a small commented atlas into FOLDER, that builds as it is.

    \b
    Example:
        frontiers-map init baltic --title "Under the Baltic" --extent 9,53,30,66
        frontiers-map build baltic
    """
    from frontiers_map.atlas.starter import write_starter

    given: dict[str, Any] = {"languages": languages} if languages else {}
    with problems_as_exit_2():
        if extent:
            try:
                west, south, east, north = (float(part) for part in extent.split(","))
            except ValueError:
                text = "--extent: found something else; allowed: four numbers, such as 9,53,30,66"
                raise CallError(text) from None
            given["extent"] = (west, south, east, north)
        made = write_starter(folder, title, **given)
    for path in made:
        click.echo(path)
    click.echo(f"Now: frontiers-map build {folder}")


@cli.command("check-record")
@click.argument("atlas", type=FOLDER, required=False)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Day from which age is counted; today unless said.",
)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@atlas_option
def check_record_(
    atlas: Path | None, on: datetime.datetime | None, named: Path | None, style: str
) -> None:
    """Say what in ATLAS wants another look, one line each, and change nothing.

    What is older than its kind allows or was to come and is over; rows true to a day after the
    record; sources that nobody cites, nobody can follow, or that bear many rows alone; general
    knowledge; figures that stand in two texts. Nothing of it is wrong: it keeps no atlas from
    being built.

    \b
    Example:
        frontiers-map check-record geodata --on 2026-12-02
    """
    from frontiers_map.analysis.record import check_record
    from frontiers_map.atlas.atlas import packaged_atlas

    day = on.date() if on else datetime.date.today()
    with problems_as_exit_2():
        folder = atlas_folder(atlas, named) or packaged_atlas()
        told = check_record(folder, day)
    if style == "json":
        click.echo(json.dumps([one.as_dict() for one in told], indent=2))
        return
    for line in in_lines(told):
        click.echo(line)
    count = f"{len(told)} thing{'s' * (len(told) != 1)}" if told else "nothing"
    click.echo(f"{folder}: {count} to look at again on {day}.", err=bool(told))


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
            "--via", multiple=True, metavar="GATE|PLACE", help="Pass here; several in order."
        ),
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


@cli.command(cls=_Coordinates)
@click.argument("ends", nargs=-1, metavar="[FROM TO]")
@sailing_options
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Many routes: a table (CSV, XLSX, Parquet, JSON, …) with columns from,to, or lines; "
    "optional via,close,open,ship,draught_m,speed_kn,avoid,id.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A .csv, .geojson, .gpkg, .parquet, .kml or .gpx file, or .rtz for one route.",
)
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
def route(
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
    depart: str | None,
    dwt: float | None,
    zones: str | None,
    simplify: float,
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
    from frontiers_map.voyages.alternatives import Asked, with_alternatives
    from frontiers_map.voyages.any_table import read_any
    from frontiers_map.voyages.area import area_notes
    from frontiers_map.voyages.emissions import burnt
    from frontiers_map.voyages.pairs import add_zones, route_table
    from frontiers_map.voyages.timetable import departure
    from frontiers_map.voyages.vessels import Vessel
    from frontiers_map.voyages.voyage import table_of
    from frontiers_map.voyages.world import World
    from frontiers_map.voyages.zones import ECA, ECA_NOTE, read_zones, visits

    with problems_as_exit_2():
        leaves = departure(depart) if depart is not None else None
        areas = read_zones(zones) if zones is not None else []
        if zones == ECA:
            click.echo(ECA_NOTE, err=True)
        world = World.load(atlas_folder(named), avoid=avoid, snap=snap)
        if pairs is not None:
            if ends or via or alternatives or depart or dwt:
                raise CallError(
                    "--pairs takes FROM, TO and via from its file, and goes without "
                    "--alternatives, --depart and --dwt"
                )
            if output is not None and output.resolve() == pairs.resolve():
                raise CallError(f"-o: found {output}, the file of the pairs; allowed: another file")
            answers = route_table(
                world, read_any(pairs), close=close, opened=opened, ship=ship, draught=draught,
                speed=speed, zones=areas,
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
        found = world.route(*ends, via=via, close=close, opened=opened, vessel=vessel)
        if leaves is not None:
            found = replace(found, stops=world.stops(found, leaves, speed))
        if dwt is not None:
            found = replace(found, burnt=burnt(found.nm, speed, vessel, dwt))
        if areas:
            found = replace(found, zones=tuple(visits(found.geometry, areas)))
        if alternatives:
            found = with_alternatives(world, found, alternatives, Asked(close, opened, vessel))
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
@sailing_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A .csv or .parquet file with a row a way, or an .xlsx workbook that has squares, too.",
)
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
    from frontiers_map.voyages.vessels import Vessel
    from frontiers_map.voyages.world import World

    with problems_as_exit_2():
        starts, notes = shown.places(places)
        ends, more = shown.places(to) if to else (starts, [])
        if not starts:
            raise CallError("found no place; allowed: names, codes, lon,lat, or a file of them")
        for note in (*notes, *more):
            click.echo(one_line(note), err=True)
        if output is not None:
            shown.check(output)
        world = World.load(atlas_folder(named), avoid=avoid, snap=snap)
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


@cli.command()
@click.argument("layer", type=click.Choice(SHOWN))
@click.option("--near", metavar="LON,LAT", help="With ports: the ten nearest to a position.")
@atlas_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
)
def show(layer: str, near: str | None, named: Path | None, style: str) -> None:
    """List what is in an atlas, what passes its straits, ships, or the harbours of the world.

    \b
    Examples:
        frontiers-map show gates --format csv
        frontiers-map show ports --near 139,35
    """  # fmt: skip
    from frontiers_map.cli import show

    with problems_as_exit_2():
        click.echo(show.show(layer, atlas_folder(named), style, near=near), nl=False)


@cli.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("atlas", type=FOLDER, required=False)
@click.option("--layer", multiple=True, metavar="LAYER", help="Only this layer; several times.")
@click.option("--write", "take", is_flag=True, help="Write the changes into ATLAS.")
@atlas_option
def import_(
    file: Path, atlas: Path | None, layer: tuple[str, ...], take: bool, named: Path | None
) -> None:
    """Show what an edited GeoPackage FILE changes in ATLAS, and with --write take it over.

    Only what changed is written: order, spacing and comments of all other rows stay. Rows that
    are missing in FILE are kept.

    \b
    Example:
        frontiers-map import frontiers.gpkg --layer places geodata
    """
    from frontiers_map.outputs.gis.roundtrip import apply, compare

    with problems_as_exit_2():
        folder = atlas_folder(atlas, named)
        if folder is None:
            raise CallError("found no atlas here; name its folder after FILE")
        found = compare.compare(file, folder, layer)
        for line in (*found.changes, *found.notes):
            click.echo(one_line(str(line)))
        count = len(found.changes)
        words = f"{count} change{'s' * (count != 1)}"
        if not take or not count:
            apply.check(found)
            click.echo(
                f"{words}; nothing was written" + ("; --write takes them." if count else ".")
            )
            return
        files = apply.write(found)
    click.echo(f"{words} written into {', '.join(map(str, files))}")


@cli.group("cache")
def cache_() -> None:
    """Look after what is kept between runs, so that a second build is quick.

    \b
    Example:
        frontiers-map cache clear
    """


@cache_.command()
def clear() -> None:
    """Remove everything that is kept; the next build computes it again.

    \b
    Example:
        frontiers-map cache clear
    """
    from frontiers_map.cache import user_cache

    kept = user_cache()
    with problems_as_exit_2():
        try:
            count, size = kept.clear()
        except OSError as error:
            raise CallError(f"{kept.folder}: cannot be cleared: {error.strerror}") from error
    click.echo(f"{count} file{'s' * (count != 1)}, {size / 1e6:.1f} MB, removed from {kept.folder}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; leave with 0, 2 (the call or the input is wrong) or 1 (our fault)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        cli.main(arguments, prog_name="frontiers-map")
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        else:
            kind = type(error).__name__
            click.echo(one_line(f"frontiers-map failed: {kind}: {error}"), err=True)
            click.echo("This is our fault; --debug before the command shows where.", err=True)
        raise SystemExit(1) from None
