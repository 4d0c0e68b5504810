"""The page's own router against the library's: any pair, any closed gates, the same answer."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browsing import PATIENCE

from frontiers_map.errors import CallError
from frontiers_map.voyages.world import World

NODE = shutil.which("node")
HARNESS = Path(__file__).parents[1] / "js" / "closures.mjs"
# How many sets of closed gates; a thousand take some minutes, so fewer unless asked.
SETS = int(os.environ.get("FRONTIERS_MAP_CLOSURES", "40"))


@pytest.fixture(scope="module")
def block(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = re.search(
        r'id="fm-sea">(.*?)</script>', (pages / "index.html").read_text("utf-8"), re.S
    )
    assert found, "the page carries no network"
    target = tmp_path_factory.mktemp("sea") / "sea.json"
    target.write_text(found[1], "utf-8")
    return target


def ask(block: Path, questions: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(HARNESS), str(block)], input=json.dumps(questions), text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout))


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_page_and_library_agree_on_random_closures(block: Path) -> None:
    world = World.load()
    atlas = world.atlas
    ends = json.loads(block.read_text("utf-8"))["ends"]
    gates = list(atlas.gates["id"])
    usual = atlas.default_closed
    optional = [gate for gate in gates if gate not in usual]
    dice = random.Random(20261009)
    questions, asked = [], []
    for _ in range(SETS):
        start, goal = dice.sample(ends, 2)
        close = dice.sample(optional, dice.randint(0, 24))
        # any ship, but with the gates closed that the atlas's own routes keep out of
        close = sorted({*close, *usual})
        questions.append({"from": start, "to": goal, "via": [], "closed": close})
        asked.append((start, goal, close))
    unlike, none = [], 0
    for (start, goal, close), answer in zip(asked, ask(block, questions), strict=True):
        told = f"{start} to {goal}, closed {','.join(close)}: page {answer}"
        # as the atlas's own routes, which the page draws: out of small ships' short cuts, too
        voyage = world.routes([(start, goal)], close=close, own=True)[0]
        if isinstance(voyage, CallError):
            none += 1
            if answer is not None:
                unlike.append(f"{told}; library: no way")
            continue
        if (
            answer is None
            or abs(answer["nm"] - voyage.nm) > 0.1
            or tuple(answer["gates"]) != voyage.gates
        ):
            unlike.append(f"{told}; library {voyage.nm:.2f} by {list(voyage.gates)}")
    print(f"{SETS} ways, {none} of them closed: {len(unlike)} unlike")
    assert unlike == []


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_page_reckons_scenarios_as_the_atlas_does(pages: Path, chromium: Any) -> None:
    import frontiers_map as fm

    atlas = fm.load()
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    wrong = []
    for scenario in atlas.scenarios:
        gates = ",".join(atlas.gate_ids(scenario.close))
        opened = ",".join(atlas.gate_ids(scenario.open)) or "none"
        page.goto("about:blank")
        page.goto(f"{(pages / 'index.html').as_uri()}#t=routes&x={gates}&o={opened}")
        page.evaluate("window.frontiersMap.ready")
        shown = page.evaluate(
            """() => {
              // the table of what passes each strait stands below that of the routes
              const name = (row) => row.querySelector('th button span:last-child');
              const rows = [...document.querySelectorAll('.fm-routes tbody tr')].filter(name);
              return Object.fromEntries(rows.map((row) => [
                name(row).textContent, row.classList.contains('is-cut') ? null
                  : Number(row.querySelector('td').textContent.replace(/,/g, ''))]));
            }"""
        )
        names = dict(zip(atlas.routes["id"], atlas.routes["name_en"], strict=True))
        rows = atlas.scenario_routes[atlas.scenario_routes["scenario_id"] == scenario.id]
        for row in rows.itertuples():
            seen = shown[names[row.route_id]]
            expected = round(row.nm) if row.reachable else None
            if seen is None or expected is None:
                if seen is not expected:
                    wrong.append(f"{scenario.id}, {row.route_id}: {seen}; atlas: {expected}")
            elif abs(seen - expected) > 1:
                wrong.append(f"{scenario.id}, {row.route_id}: {seen} nm; atlas: {expected}")
    page.close()
    assert wrong == []
