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
from import_order import LAYERS

SOURCE = ROOT / "src" / "frontiers_map"
HEAVY = {
    "folium", "geopandas", "matplotlib", "numba", "numpy", "pandas", "pyarrow", "pydantic",
    "pyogrio", "pyproj", "scipy", "shapely", "watchfiles",
}  # fmt: skip

LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}


def unit(path: Path) -> str:
    """Name the module or package of the list that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield (unit, line, only for types) for each import of the package itself."""
    for name, line, types_only in named(path):
        part = name.split(".")[1]
        yield part if part in LEVEL else "__init__", line, types_only


def named(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield (dotted name, line, only for types) for each import of the package itself."""
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
                yield name, node.lineno, id(node) in checking


def by_module(types: bool = False) -> Iterator[tuple[str, set[str]]]:
    """Yield each module and the modules of the package that it imports."""
    names = {}
    for path in FILES:
        parts = ["frontiers_map", *path.relative_to(SOURCE).with_suffix("").parts]
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    for name, path in names.items():
        if name == "frontiers_map":
            continue  # it gives what others make, when that is first asked for
        wanted = set()
        for whole, _, types_only in named(path):
            if types or not types_only:
                found = whole if whole in names else whole.rpartition(".")[0]
                wanted.add(found)
        yield name, wanted - {name, "frontiers_map"}


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
        if there == here or types_only:
            continue
        assert LEVEL[there] > LEVEL[here], f"{path}:{line}: {here} imports {there}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Not even lazily: whoever reads one file need not read another first and again."""
    graph = dict(by_module())
    for _ in graph:
        graph = {
            name: left
            for name, wanted in graph.items()
            if (left := {w for w in wanted if w in graph})
        }
    assert graph == {}


def test_renderers_do_not_know_one_another() -> None:
    """Not even for types; what they share is how cells are made safe, and the data package."""
    shared = {"tables", "datapackage", "base", "workbook"}
    for name, wanted in by_module(types=True):
        folders = {w.split(".")[2] for w in wanted if w.startswith("frontiers_map.outputs.")}
        if name.startswith("frontiers_map.outputs."):
            assert folders <= {name.split(".")[2], *shared}, name


def test_the_sea_knows_no_atlas() -> None:
    allowed = {"sea", "geo", "errors", "cache", "__init__"}
    for path in (SOURCE / "sea").rglob("*.py"):
        assert {there for there, *_ in imports(path)} <= allowed, path


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
        "import frontiers_map.style, frontiers_map.language.text, frontiers_map.cache",
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
