"""Write the pages that are made from the code: schemas, command line, list of problems.

python tools/make_docs.py            write what has changed
python tools/make_docs.py --check    change nothing, leave with 1 if a page is out of date
"""

from __future__ import annotations

import argparse
import ast
import functools
import inspect
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import click

import frontiers_map
from frontiers_map.atlas import fields, model
from frontiers_map.cli.commands import cli
from frontiers_map.language.text import FALLBACK
from frontiers_map.style import LIGHT
from frontiers_map.symbols import SYMBOLS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "frontiers_map"
sys.path.insert(0, str(ROOT / "tests"))
from import_order import LAYERS  # noqa: E402 - the list that a test holds, and none beside it

MADE = "<!-- made by tools/make_docs.py; do not edit -->\n"

# fields of the TOML files, which are no columns of a layer
SETTINGS = {
    "id": "Stable id: the name of its file or anchor",
    "name": "Name",
    "title": "Title",
    "deck": "The sentence below the title",
    "text": "Its words",
    "on_paper": "Its words in the handout, where `text` speaks of the page",
    "kind": "What is drawn on it",
    "figure": "The large figure above the text, by its name: `n:claims`, `km:FEATURE`",
    "figure_label": "What the large figure counts",
    "shares": "Bars below the words, each an importer and a period of imports.csv as `JP:2024`",
    "picture": "A picture below its words; said in each language what it shows",
    "view": "What must be in the window or the frame",
    "core": "The part of the view that a narrow window shows",
    "globe": "Whether it is shown on the globe, where areas compare, until the reader chooses",
    "layers": "Ids of layers that are on",
    "focus": "What it speaks of; the rest is dimmed",
    "scenario": "Id of the scenario that it shows",
    "scenarios": "Ids of scenarios, a panel each",
    "chapters": "Ids of chapters, in order; all of them if left out",
    "date": "The moment at which it shows the world",
    "gates": "Ids of gates, a panel each",
    "notes": "Notes at the foot of the sheet",
    "insets": "Parts of the map drawn larger beside it",
    "callouts": "Short notes on the map, each with a line to a position",
    "size": "Size of the paper",
    "orientation": "Which way the paper lies",
    "projection": "Projection of the map",
    "centre": "Where the map is centred, degrees east",
    "version": "Version of the atlas, named where a view is cited",
    "languages": "Languages in which everything is made, the first one first",
    "record_to": "Day to which the record was read",
    "article_date": "Day of the text that the atlas follows; later events are set apart",
    "moments": "Points in time that a reader can choose",
    "families": "Regions of which there are several readings",
    "suppliers": "Where gas comes from, in order, with a role of the palette",
    "parties": "Names of countries and bodies by the ids that `parties` use",
    "policy": "The policy on names and claims",
    "how_to_read": "How certainty, dashes and shares are to be read",
    "licence": "Licence of the data",
    "credit": "Who is to be named",
    "atlas.toml:layers": "Layers of one's own, from any file of features",
    "layers.toml:file": "File in the atlas folder, or in a folder below it",
    "table": "Which table of a file that has several",
    "geometry": "What its features are",
    "fields": 'Columns of the file where they have other names: `{ name = "GEONAME" }`',
    "outages": "CSV of its outages: feature, since, until, note_en, source",
    "kinds": "Its kinds, with words and looks",
    "colour": "Colour of lines, outlines, fills, symbols and names; in turn if left out",
    "line": "Lines and outlines; solid if left out",
    "symbol": "Symbol of points; city if left out",
    "of": "Which layer it is a kind of",
    "kinds.toml:name": "Its words, as legends and cards say them",
    "like": "The program's kind that it behaves as: how large it is, from which zoom on, in which "
    "row of the time line, whether ships call there. Left out: venue, export, accord or trade",
    "kinds.toml:symbol": "Symbol; that of the kind it is like if left out",
    "kinds.toml:colour": "Colour of its own; that of the layer if left out",
    "atlas.toml:kinds": "Kinds of one's own, or other looks of the program's",
    "fill": "Fill of areas; wash if left out",
    "label": "Whether its features are named on maps; true if left out",
    "value": "What stands in the column of kinds",
    "layers.toml:source": "Sources of all features without their own",
    "layers.toml:as_of": "Date of all features without their own",
    "layers.toml:certainty": "Certainty of all features without their own",
}


def pages() -> dict[str, str]:
    """Path below the repository and content of every page."""
    return {
        "docs/architecture.md": architecture_page(),
        "docs/cli.md": command_page(),
        "docs/data.md": data_page(),
        "docs/pictures/symbols.svg": symbol_picture(),
        "docs/problems.md": problem_page(),
        "docs/python.md": python_page(),
        "docs/your-own-atlas.md": own_atlas_page(),
        **schema_files(),
    }


def schema_files() -> dict[str, str]:
    return {
        f"docs/schemas/{name.replace('.', '-')}.schema.json": json.dumps(
            schema, indent=2, ensure_ascii=False
        )
        + "\n"
        for name, schema in model.schemas().items()
    }


def architecture_page() -> str:
    """List folders from the top down, as the test of imports has them, each module by its line."""
    parts = [MADE, (ROOT / "tools/architecture_page.md").read_text("utf-8")]
    for names in LAYERS[:-1]:
        for name in names:
            folder = SOURCE / name
            if folder.is_dir():
                says = _first_lines(folder / "__init__.py", whole=True)
                parts.append(f"**`{name}/`** {says}\n\n" + "\n".join(_rooms(folder)) + "\n")
            else:
                parts.append(f"**`{name}.py`** {_first_lines(folder.with_suffix('.py'))}\n")
    return "\n".join([*parts, (ROOT / "tools/architecture_words.md").read_text("utf-8")])


def _rooms(folder: Path, depth: int = 0) -> list[str]:
    """One line a module, those of folders below moved in."""
    lines = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.is_dir() and (path / "__init__.py").exists():
            lines.append(f"{'  ' * depth}- `{path.name}/` {_first_lines(path / '__init__.py')}")
            lines += _rooms(path, depth + 1)
        elif path.suffix == ".py" and path.name != "__init__.py":
            lines.append(f"{'  ' * depth}- `{path.name}` {_first_lines(path)}")
    return lines


def _first_lines(path: Path, whole: bool = False) -> str:
    """Give the first paragraph of a module's docstring, or all of it, on one line."""
    says = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join((says if whole else says.split("\n\n")[0]).split())


def command_page() -> str:
    parts = [
        MADE,
        "# The command line\n",
        "`frontiers-map` and `python -m frontiers_map` are the same. Results go to standard "
        "output; progress (only on a terminal), notes and problems to standard error. Exit codes: "
        "0 done, 2 the input or the call is wrong, 1 our fault.\n",
        _help("frontiers-map", cli),
    ]
    for name, command in sorted(cli.commands.items()):
        parts += [f"## frontiers-map {name}\n", _help(f"frontiers-map {name}", command)]
        if isinstance(command, click.Group):
            for inner, below in sorted(command.commands.items()):
                path = f"frontiers-map {name} {inner}"
                parts += [f"### {path}\n", _help(path, below)]
    return "\n".join(parts)


def _help(path: str, command: click.Command) -> str:
    parent, _, name = path.rpartition(" ")
    above = click.Context(cli, info_name=parent) if parent else None
    context = click.Context(
        command, info_name=name, parent=above, terminal_width=90, max_content_width=90
    )
    return f"```\n{command.get_help(context)}\n```\n"


def python_page() -> str:
    """Every public name in the order of use, from its signature and its docstring."""
    parts = [MADE, (ROOT / "tools/python_page.md").read_text("utf-8")]
    first = ["load", "PublicAtlas", "build", "route", "routes", "matrix", "reach", "Voyage",
             "Matrix"]  # fmt: skip
    names = {*frontiers_map.__all__} - {"__version__"}
    for name in [*first, *sorted(names - {*first})]:
        value = getattr(frontiers_map, name)
        parts.append(f"## {name}\n")
        if not inspect.isclass(value):
            parts.append(_signature(name, value))
        parts.append(_docstring(value))
        for inner, member in sorted(vars(value).items()) if inspect.isclass(value) else ():
            called = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
            says = inspect.getdoc(member)
            if inner.startswith("_") or not says:
                continue
            if isinstance(member, (property, functools.cached_property)):
                parts += [f"### {name}.{inner}\n", _docstring(member)]
            elif inspect.isfunction(called):
                shown = _signature(inner, called)
                parts += [f"### {name}.{inner}()\n", shown, _docstring(member)]
    return "\n".join(parts)


class _AsWritten(str):
    """A type or a value that shows itself as it stands in the source."""

    __slots__ = ()
    __repr__ = str.__str__


def _signature(name: str, function: Callable[..., object]) -> str:
    """The call as one writes it, a parameter a line where it is long; types as in the source."""
    said = inspect.signature(function)
    kept = [
        one.replace(
            annotation=_AsWritten(one.annotation),
            default=_AsWritten("…") if inspect.isfunction(one.default) else one.default,
        )
        for one in said.parameters.values()
        if one.name != "self"
    ]
    gives = _AsWritten(said.return_annotation)
    text = str(said.replace(parameters=kept, return_annotation=gives))
    if len(name + text) > 88:
        inside, _, given = text[1:].rpartition(") -> ")
        text = "(\n" + "".join(f"    {one},\n" for one in re.split(r", (?![^\[(]*[\])])", inside))
        text += f") -> {given}"
    return f"```python\n{name}{text}\n```\n"


def _docstring(value: object) -> str:
    """A docstring in NumPy's form as Markdown: sections, names with what they mean, examples."""
    says = inspect.getdoc(value) or ""
    says = re.sub(r"``([^`]+)``", r"`\1`", says)
    heads = re.split(r"^([A-Z]\w+)\n-+\n", says, flags=re.M)
    parts = [heads[0].strip() + "\n"]
    for title, body in zip(heads[1::2], heads[2::2], strict=True):
        if title == "Examples":
            code = re.sub(r"\s+# doctest: \+SKIP", "", body.strip())
            parts.append(f"```python\n{code}\n```\n")
            continue
        rows = re.split(r"^(\S.*)\n", body.strip() + "\n", flags=re.M)[1:]
        lines = [f"**{title}**\n"]
        for head, text in zip(rows[::2], rows[1::2], strict=True):
            names, _, kind = head.partition(" : ")
            kind = f" ({kind})" if kind else ""
            lines.append(f"- `{names}`{kind}: {' '.join(text.split())}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def problem_page() -> str:
    cases = sorted(path for path in (ROOT / "tests/atlases/broken").iterdir() if path.is_dir())
    parts = [
        MADE,
        "# Problems of an atlas\n",
        "`frontiers-map validate` says everything that is wrong with an atlas folder at once, one "
        "line each: file, line, feature and field, what was found, what is allowed. While "
        "there are problems nothing is built, and an earlier output stays as it is. Each "
        f"of these {len(cases)} cases is a folder in `tests/atlases/broken/`, and a test.\n",
    ]
    for case in cases:
        lines = (case / "expected.txt").read_text("utf-8")
        parts += [
            f"## {case.name}\n",
            (case / "why.txt").read_text("utf-8"),
            f"```\n{lines}```\n",
        ]
    return "\n".join(parts)


def data_page() -> str:
    parts = [MADE, (ROOT / "tools/data_page.md").read_text("utf-8")]
    for name, kind in model.MODELS.items():
        parts.append(f"## {name}\n\n{kind.__doc__}\n\n{_columns(kind, name)}")
        if name == "maps.toml":
            parts.append(f"`[[sheet]]`: {model.Sheet.__doc__}\n\n{_columns(model.Sheet, name)}")
        if name == "atlas.toml":
            for table, inner in (
                ("layers", model.OwnLayer),
                ("layers.kinds", model.LayerKind),
                ("kinds", model.OwnKind),
                ("coast", model.Coast),
            ):
                columns = _columns(inner, f"{table.split('.')[0]}.toml")
                parts.append(f"`[[{table}]]`: {inner.__doc__}\n\n{columns}")
    return "\n".join(parts)


def symbol_picture() -> str:
    """Draw every symbol with its name, at the size that maps draw it and three times as large."""
    across, wide, high = 8, 112, 62
    parts = []
    for number, name in enumerate(SYMBOLS):
        x, y = number % across * wide, number // across * high
        for size, at in ((12, 26), (36, 68)):
            place = f"translate({x + at - size / 2:g} {y + 24 - size / 2:g}) scale({size / 24:g})"
            parts.append(f'<path transform="{place}" d="{SYMBOLS[name]}"/>')
        parts.append(f'<text x="{x + wide / 2:g}" y="{y + 56}">{name}</text>')
    width, height = across * wide, -(-len(SYMBOLS) // across) * high + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" fill="{LIGHT.ink}" fill-rule="evenodd" '
        'font-family="sans-serif" font-size="11" text-anchor="middle">\n'
        f'<rect width="{width}" height="{height}" fill="{LIGHT.sea}"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def own_atlas_page() -> str:
    """The walk, and what there is to choose from: from the code where it is said there."""
    says = tomllib.loads((ROOT / "tools/own_atlas_words.toml").read_text("utf-8"))
    words = tomllib.loads((SOURCE / "language/words/en.toml").read_text("utf-8"))
    if [*says["sheets"]] != [*model.SHEET_LAYERS]:
        raise ValueError("tools/own_atlas_words.toml: sheets are not those of the program")
    layers = [
        (
            f"`{layer}`", words["layer"][layer], says["layers"][layer],
            ", ".join(kind for kind, has in model.SHEET_LAYERS.items() if layer in has),
        )
        for layer in model.SHEET_LAYERS["map"]
    ]  # fmt: skip
    script = (SOURCE / "outputs/web/js/panel/time.js").read_text("utf-8")
    listed = re.findall(r"\['(lane_\w+)', \[([^\]]*)\]\]", script)
    rows = [(words["page"][lane], re.findall(r"'(\w+)'", kinds)) for lane, kinds in listed]
    known = {kind for _, kinds in rows for kind in kinds}
    rows[-1][1].extend(kind for kind in words["event_kind"] if kind not in known)
    tables = {
        "@sheets": _table(("kind", "what is on it"), _coded(says["sheets"])),
        "@chapter": _columns(model.Chapter, "story.toml"),
        "@layers": _table(("id", "title", "read from", "kinds of sheets"), layers),
        "@events": _table(
            ("row", "kinds"), [(row, ", ".join(f"`{one}`" for one in kinds)) for row, kinds in rows]
        ),
        "@words": _table(("word", "what it does"), says["words"].items()),
    }
    page = (ROOT / "tools/own_atlas_page.md").read_text("utf-8")
    for mark, table in tables.items():
        page = page.replace(f"{mark}\n", table)
    return f"{MADE}\n{page}"


def _coded(says: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"`{name}`", told) for name, told in says.items()]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _columns(kind: type[model.Row], file: str) -> str:
    """List the fields of a row; a text takes one line for all languages."""
    lines = ["| field | what it says | | what is allowed |", "|---|---|---|---|"]
    for name, field in model.in_languages(kind, (FALLBACK,)).model_fields.items():
        shown = field.alias or name
        says = SETTINGS.get(f"{file}:{shown}", SETTINGS.get(shown)) if ".toml" in file else None
        says = says or fields.describe(shown.removesuffix("_en")).description
        needed = "needed" if field.is_required() else ""
        allowed = (field.description or _inner(field.annotation)).replace("|", "\\|")
        if shown.endswith("_en"):
            shown = f"{shown}`, `{shown[:-2]}…"
            needed = needed and "in the main language"
        lines.append(f"| `{shown}` | {says} | {needed} | {allowed} |")
    return "\n".join(lines) + "\n"


def _inner(annotation: object) -> str:
    text = str(annotation)
    if "Text" in text:
        words = '{ en = "…", et = "…" }'
        if "tuple" in text:
            return f"a list of texts: `[{words}]`"
        return f"by id, a text: `{words}`" if "Mapping" in text else f"a text: `{words}`"
    for name, words in (
        ("Focus", "ids by layer of what it speaks of: `routes`, `gates`, `features`, …"),
        ("Moment", "`[[moments]]` with id, date, name and text"),
        ("Family", "`[[families]]` with id, name and the recommended reading"),
        ("Supplier", "`[[suppliers]]` with id, name, role in the palette, order"),
        ("OwnLayer", "`[[layers]]`, below"),
        ("LayerKind", "`[[layers.kinds]]`, below"),
        ("OwnKind", "`[[kinds]]`, below"),
        ("Coast", "a file of polygons, or `[[coast]]`, below"),
        ("LayerFields", "a table of column names"),
        ("Inset", "`[[sheet.insets]]` with title and view"),
        ("Callout", 'a list of `{ at = [lon, lat], text = { en = "…" } }`'),
        ("bool", "true or false"),
        ("float", "four numbers: west, south, east, north"),
        ("tuple", "a list of ids or words"),
    ):
        if name in text:
            return words
    return "text"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    wanted = pages()
    stale = [
        name
        for name, content in wanted.items()
        if not (ROOT / name).exists() or (ROOT / name).read_bytes() != content.encode()
    ]
    extra = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/schemas").glob("*.json")
    } - set(wanted)
    for name in sorted({*stale, *extra}):
        print(f"{name}: out of date" if check else name)
        if check:
            continue
        if name in extra:
            (ROOT / name).unlink()
        else:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_bytes(wanted[name].encode())
    return int(check and bool(stale or extra))


if __name__ == "__main__":
    sys.exit(main())
