"""The command line: parse, call one library function, print. No geometry here."""

from __future__ import annotations

import datetime
import json
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from frontiers_map._version import __version__
from frontiers_map.cli.common import (
    FOLDER,
    atlas_folder,
    atlas_option,
    folder_to_change,
    problems_as_exit_2,
    teller,
)
from frontiers_map.errors import AtlasError, CallError, in_lines, one_line
from frontiers_map.language.text import FALLBACK, language_name

__all__ = ["cli", "main"]

# More notes than these are named, not printed: a build's last lines should stay in sight.
FEW = 3
SHOWN = ("layers", "gates", "places", "terminals", "sources", "routes", "exposure", "ports",
         "ships")  # fmt: skip


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
    multiple=True,
    metavar="TAG",
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
    from frontiers_map.atlas.atlas import packaged_atlas, unsaid, untranslated

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
    for note in filter(None, (*found.notes, unsaid(found))):
        click.echo(one_line(note))
    missing = untranslated(found)
    if missing:
        texts = "texts exist" if len(missing) > 1 else "text exists"
        main = language_name(found.settings.main_language, FALLBACK)
        click.echo(f"{len(missing)} {texts} in {main} only; the pages fall back to it.")


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("more", type=FOLDER, nargs=-1, metavar="")
@click.option(
    "--from",
    "given",
    type=FOLDER,
    multiple=True,
    metavar="FILE...",
    help="Files of your own to begin from: GeoJSON, CSV, GeoPackage, Shapefile, KML, …",
)
@click.option("--title", help="Its title.  [default: An atlas of my own, or what the files are]")
@click.option("--language", "languages", multiple=True, help="A language of it; may be repeated.")
@click.option("--extent", help="West,south,east,north in degrees; the world if left out.")
def init(
    folder: Path,
    more: tuple[Path, ...],
    given: tuple[Path, ...],
    title: str | None,
    languages: tuple[str, ...],
    extent: str | None,
) -> None:
    """Write a small commented atlas into FOLDER, that builds as it is.

    With --from each file becomes a layer of it. Which column holds names, kinds, sources and dates
    is guessed, and told in a line each; so is what was left out, and why.

    \b
    Examples:
        frontiers-map init baltic --title "Under the Baltic" --extent 9,53,30,66
        frontiers-map init baltic --from cables.gpkg wind_farms.csv
        frontiers-map build baltic
    """
    said: dict[str, Any] = {"languages": languages} if languages else {}
    with problems_as_exit_2():
        box = _extent(extent)
        if more and not given:
            raise CallError(f"found {more[0]}, too; allowed: one folder, or files after --from")
        if given:
            from frontiers_map.atlas.from_files import begin_from

            told = begin_from(folder, [*given, *more], title or "", view=box, **said)
        else:
            from frontiers_map.atlas.starter import unspoken, write_starter

            said |= {"extent": box} if box else {}
            made = write_starter(folder, title or "", **said)
            told = [*unspoken(languages), *map(str, made)]
    for line in told:
        click.echo(line)
    click.echo(f"Now: frontiers-map build {folder}")


def _extent(text: str | None) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        allowed = "--extent: found something else; allowed: four numbers, such as 9,53,30,66"
        raise CallError(allowed) from None
    return west, south, east, north


@cli.command()
@click.argument("atlas", type=FOLDER, required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on this machine; one that is free unless said.",
)
@atlas_option
def serve(atlas: Path | None, named: Path | None, port: int) -> None:
    """Show the page of ATLAS in a browser, and build it again when a file of it changes.

    The page stands where it was when it is loaded again. What is wrong is shown in it, and the
    last page that could be built stays. It answers to this machine alone; Ctrl+C ends it.

    \b
    Example:
        frontiers-map serve baltic
    """
    from frontiers_map.cache import user_cache
    from frontiers_map.serving.server import serve as run

    def tell(text: str) -> None:
        for line in text.splitlines():
            click.echo(one_line(line), err=True)

    with problems_as_exit_2():
        folder = atlas_folder(atlas, named)
        if folder is None:
            from frontiers_map.atlas.atlas import packaged_atlas

            folder = packaged_atlas()
        # Begun in the background by a shell, it would not hear Ctrl-C nor end in order.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        run(folder, port, user_cache(), lambda at: click.echo(f"{folder}: {at}"), tell)


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


@cli.command()
@click.argument("output", type=FOLDER, default=Path("output"))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Its manifest, from a place you trust; without it the one in OUTPUT.",
)
@click.option(
    "--atlas",
    "named",
    type=FOLDER,
    metavar="FOLDER",
    help="Say also what of this atlas is not what OUTPUT was made from.",
)
@click.option("--allow-added", is_flag=True, help="Files that were not made here are no fault.")
def verify(output: Path, manifest: Path | None, named: Path | None, allow_added: bool) -> None:
    """Say whether OUTPUT, or one file of it, is as it was made, and change nothing.

    Every file is held against manifest.json: what was changed, is missing or was added is told in
    a line each, and by which version and from what it was made. Who can change the files can
    change their manifest, too: hold a page that you were sent against a manifest that you have
    from its publisher, or compare the manifest's sha256 with theirs.

    \b
    Examples:
        frontiers-map verify output
        frontiers-map verify page.html --manifest manifest.json
    """
    from frontiers_map.manifest import verify as hold

    with problems_as_exit_2():
        inputs = None
        if named:
            from frontiers_map.atlas.atlas import read

            inputs = read(named).inputs
        found = hold(output, manifest, inputs=inputs)
    click.echo(one_line(found.made))
    for line in (*found.wrong, *found.added):
        click.echo(one_line(line))
    bad = [*found.wrong, *(() if allow_added else found.added)]
    count = f"{found.count} file{'s' * (found.count != 1)}"
    if bad:
        told = f"{len(bad)} thing{'s' * (len(bad) != 1)} not as made, of {count}."
        click.echo(one_line(f"{output}: {told}"), err=True)
        raise SystemExit(2)
    click.echo(one_line(f"{output}: {count} as made."))


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
        folder = folder_to_change(atlas, named)
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


@cli.command("import-transits")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("atlas", type=FOLDER, required=False)
@click.option("--source", required=True, metavar="ID", help="The row of sources.csv that FILE is.")
@click.option("--write", "take", is_flag=True, help="Write transits.csv into ATLAS.")
@atlas_option
def import_transits(
    file: Path, atlas: Path | None, source: str, take: bool, named: Path | None
) -> None:
    """Sum IMF PortWatch's FILE of daily transits by week, and with --write put it into ATLAS.

    FILE is the table of daily chokepoint transits that PortWatch offers for download, as CSV.
    Gates find their rows by portwatch_id. The page then shows a line of ships a day on their
    cards. Look at PortWatch's terms before you publish what you make of its rows.

    \b
    Example:
        frontiers-map import-transits Daily_Chokepoints_Data.csv geodata --source S138
    """
    from frontiers_map.analysis import transits
    from frontiers_map.atlas.atlas import read
    from frontiers_map.atlas.writing import put

    with problems_as_exit_2():
        folder = folder_to_change(atlas, named)
        given = read(folder)
        if source not in set(given.sources["id"]):
            raise CallError(f"--source: found '{source}'; allowed: an id of {folder}/sources.csv")
        found = transits.read_portwatch(file, transits.counted_for(given.gates))
        for line in (*transits.summary(found), *found.notes):
            click.echo(one_line(line))
        if take:
            put({folder / "transits.csv": transits.as_table(found, source)})
    weeks, gates = len(found.weeks), found.weeks["gate"].nunique()
    count = f"{weeks} week{'s' * (weeks != 1)} of {gates} gate{'s' * (gates != 1)}"
    told = (
        f"written into {folder / 'transits.csv'}" if take else "nothing was written; --write does"
    )
    click.echo(f"{count}; {told}.")


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
