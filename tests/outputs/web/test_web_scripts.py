"""The page's own modules without a browser, and the script that they become."""

from __future__ import annotations

import bz2
import hashlib
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from frontiers_map.language import text
from frontiers_map.outputs.web import bundle
from helpers import ROOT

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node on this machine")
TESTS = sorted((ROOT / "tests/outputs/web/js").glob("*.test.mjs"))
SCRIPTS = ROOT / "src/frontiers_map/outputs/web/js"
# What a folder of scripts may import: itself and those before it.
FOLDERS = ("base", "geo", "atlas", "map", "panel", "extras", "js")


def test_scripts_import_one_way() -> None:
    """Each folder only itself and what stands before it; no name stands in two."""
    paths = sorted(SCRIPTS.rglob("*.js"))
    assert {path.parent.name for path in paths} == set(FOLDERS)
    assert len({path.name for path in paths}) == len(paths)
    upward = [
        f"{path.relative_to(SCRIPTS)} imports {found}"
        for path in paths
        for found in re.findall(r"^import [^;]*? from '([^']+)'", path.read_text("utf-8"), re.M)
        if FOLDERS.index((path.parent / found).resolve().parent.name)
        > FOLDERS.index(path.parent.name)
    ]
    assert not upward


@needs_node
@pytest.mark.parametrize("case", TESTS, ids=lambda path: path.stem)
def test_modules(case: Path, tmp_path: Path) -> None:
    """Run beside a copy of the modules that is marked as ES modules, as older Nodes want it."""
    web = Path("src/frontiers_map/outputs/web/js")
    shutil.copytree(ROOT / web, tmp_path / web)
    (tmp_path / "tests/outputs/web/js").mkdir(parents=True)
    copy = tmp_path / "tests/outputs/web/js" / case.name
    shutil.copyfile(case, copy)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    done = subprocess.run(
        [str(NODE), "--test", str(copy)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"pass [1-9]", done.stdout)


@needs_node
def test_what_bzip2_packs_the_page_unpacks(tmp_path: Path) -> None:
    """Runs of every length, all bytes, several blocks and nothing at all."""
    lot = random.Random(17)
    contents = [
        b"",
        b"a",
        b"".join(bytes([65 + n % 9]) * n for n in range(300)),
        bytes(range(256)) * 9,
        lot.randbytes(4000),
        b"\0" * 2_000_000,
        "".join(lot.choices(["Hormuz", "スエズ", ' "', "1.25,", "\n"], k=200_000)).encode(),
    ]
    shutil.copyfile(ROOT / "src/frontiers_map/outputs/web/js/base/bzip.js", tmp_path / "bzip.mjs")
    (tmp_path / "run.mjs").write_text(
        "import { createHash } from 'node:crypto';\nimport { readFileSync } from 'node:fs';\n"
        "import { bunzip } from './bzip.mjs';\n"
        f"for (let i = 0; i < {len(contents)}; i += 1) console.log(createHash('sha256')"
        ".update(bunzip(readFileSync(`${i}.bz2`))).digest('hex'));\n",
        "utf-8",
    )
    for i, content in enumerate(contents):
        (tmp_path / f"{i}.bz2").write_bytes(bz2.compress(content))
    done = subprocess.run([str(NODE), "run.mjs"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [hashlib.sha256(content).hexdigest() for content in contents]


@needs_node
def test_the_joined_script_is_a_script(tmp_path: Path) -> None:
    target = tmp_path / "page.js"
    target.write_text(bundle.page_script(), "utf-8")
    done = subprocess.run([str(NODE), "--check", str(target)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_joining_refuses_what_it_cannot_join() -> None:
    one = "import { a } from './two.js';\nexport const b = a;\n"
    assert "const b = a;" in bundle.join({"one": one, "two": "export const a = 1;\n"}, "one")
    with pytest.raises(ValueError, match="does not export"):
        bundle.join({"one": one, "two": "export const c = 1;\n"}, "one")
    with pytest.raises(ValueError, match="does not exist"):
        bundle.join({"one": one}, "one")
    with pytest.raises(ValueError, match="circle"):
        bundle.join(
            {"one": one, "two": "import { b } from './one.js';\nexport const a = b;\n"}, "one"
        )
    with pytest.raises(ValueError, match="not joined"):
        bundle.join({"one": "export default 1;\n"}, "one")


def test_scripts_ask_for_nothing_and_build_no_markup() -> None:
    """The policy would stop it in the browser; here it is told by file."""
    forbidden = re.compile(
        r"\b(fetch|XMLHttpRequest|WebSocket|importScripts|sendBeacon|eval)\s*\(|new Function|"
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage"
    )
    found = {name: forbidden.findall(text) for name, text in bundle.sources().items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_word_that_a_module_asks_for_exists() -> None:
    strings = text.words(text.FALLBACK)["page"]
    asked = {key for one in bundle.sources().values() for key in re.findall(r"\bt\('(\w+)'", one)}
    asked |= {
        key for one in bundle.sources().values() for key in re.findall(r"FileProblem\('(\w+)'", one)
    }
    assert asked
    assert sorted(asked - set(strings)) == []
