"""Who may import whom, and what importing costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import ROOT, TINY

SOURCE = ROOT / "src" / "frontiers_map"
HEAVY = {
    "folium", "geopandas", "matplotlib", "numba", "numpy", "pandas", "pyarrow", "pydantic",
    "pyogrio", "pyproj", "scipy", "shapely",
}  # fmt: skip

# From top to bottom; a module may import from its own line and those below it. On one line,
# modules of different packages stay apart: no renderer imports another.
LAYERS: list[set[str]] = [
    {"__main__"},
    {"cli"},
    {"api"},
    {"building"},
    {"web", "sheets", "gis", "listing"},
    {"joins"},
    {"exposure"},
    {"figures", "moments"},
    {"pairs", "scenarios"},
    {"routing"},
    {"voyage"},
    {"tables"},
    {"packaging", "record", "reports"},
    {"vessels"},
    {"areas", "sea", "ship", "supply", "atlas", "fields", "ports"},
    {"references"},
    {"proofreading", "verdicts"},
    {"reading"},
    {"geojson", "rows"},
    {"lines", "shapes", "wording"},
    {"model", "geodesy", "land", "text"},
    {"errors", "style", "cache", "gdal"},
    {"__init__"},
]
LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}
# a folder's top module -> what it may lazily reach up to, and why
EXCUSED = {
    ("joins", "web"): "JoinedAtlas.map() opens a page in a notebook, imported when it is called",
}


def unit(path: Path) -> str:
    """Name the module or package of the list that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield (unit, line, only for types) for each import of the package itself."""
    tree = ast.parse(path.read_text("utf-8"))
    checking = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = ["frontiers_map", *path.relative_to(SOURCE).parts[:-1]]
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "frontiers_map" and len(parts) > 1:
                found = parts[1] if parts[1] in LEVEL else "__init__"
                yield found, node.lineno, id(node) in checking


FILES = sorted(SOURCE.rglob("*.py"))


def test_every_module_has_its_place() -> None:
    units = {unit(path) for path in FILES}
    assert units == set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_downwards(path: Path) -> None:
    here = unit(path)
    if here == "__init__":
        return
    for there, line, types_only in imports(path):
        if there == here or types_only or (here, there) in EXCUSED:
            continue
        assert LEVEL[there] > LEVEL[here], f"{path}:{line}: {here} imports {there}"


def test_renderers_do_not_know_one_another() -> None:
    """Not even for types."""
    renderers = {"web", "sheets", "gis", "tables"}
    for path in FILES:
        if unit(path) in renderers:
            reached = {there for there, *_ in imports(path)} & renderers
            # tables.neutral and to_csv are how cells are made safe, wherever they are written
            assert reached <= {unit(path)}, path


def test_the_sea_knows_no_atlas() -> None:
    allowed = {"sea", "geodesy", "land", "errors", "cache", "__init__"}
    for path in (SOURCE / "sea").rglob("*.py"):
        assert {there for there, *_ in imports(path)} <= allowed, path


def test_excuses_are_needed_and_lazy() -> None:
    for here, there in EXCUSED:
        tree = ast.parse((SOURCE / f"{here}.py").read_text("utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert not [node for node in top if f".{there}" in str(node.module)]
        assert any(found == there for found, *_ in imports(SOURCE / f"{here}.py"))


def loaded(code: str) -> set[str]:
    """Names of the top-level modules that a fresh interpreter has loaded after `code`."""
    program = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def running(arguments: list[str]) -> str:
    return f"from frontiers_map import cli\ntry: cli.main({arguments})\nexcept SystemExit: pass"


@pytest.mark.parametrize(
    "code",
    [
        "import frontiers_map",
        "import frontiers_map.style, frontiers_map.text, frontiers_map.errors, frontiers_map.cache",
        "import frontiers_map; dir(frontiers_map); frontiers_map.__version__; "
        "frontiers_map.AtlasError",
        *map(
            running,
            (["--help"], ["build", "--help"], ["route", "--help"], ["--version"], ["bild"]),
        ),
    ],
)
def test_what_is_light_stays_light(code: str) -> None:
    assert loaded(code) & HEAVY == set()


def test_validate_draws_nothing() -> None:
    found = loaded(running(["validate", str(TINY)]))
    # it sails the trades, with SciPy unless they are in the cache
    assert found & {"folium", "matplotlib", "numba"} == set()
    assert "geopandas" in found


def test_public_names_can_be_imported() -> None:
    import frontiers_map

    for name in frontiers_map.__all__:
        assert getattr(frontiers_map, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'atlantis'"):
        _ = frontiers_map.atlantis
