"""What a reader does: languages, search, chapters, scenarios, time, the map itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest
from browsing import facts_of


@pytest.mark.browser
def test_three_languages_in_one_page(visit: Callable[..., Any]) -> None:
    with visit() as seen:
        titles = {}
        for language in ("it", "ja", "en"):
            seen.page.click(f".fm-language[lang={language}]")
            assert seen.page.get_attribute("html", "lang") == language
            titles[language] = (
                seen.page.title(),
                seen.page.inner_text("#fm-tab-layers"),
                seen.page.inner_text(".fm-chapter[aria-current] h2"),
            )
        assert len({t[0] for t in titles.values()}) == 3
        assert [titles[c][1] for c in ("en", "it", "ja")] == ["Layers", "Livelli", "レイヤー"]


@pytest.mark.browser
def test_no_word_of_the_page_is_missing(led: Callable[[str], Any]) -> None:
    """Keys that have no text would show as they are, with an underscore or a brace."""
    import re

    for language in ("en", "it", "ja"):
        seen = led(f"#l={language}")
        for tab in ("story", "layers", "scenarios", "routes", "sources"):
            seen.tab(tab)
            text = seen.page.inner_text(".fm-body")
            assert not re.findall(r"\{\w+\}|\bundefined\b|\bNaN\b|\bkind_\w+|\bfm_\w+", text)


def middle_of(line: list[int]) -> tuple[float, float]:
    """The vertex in the middle of a line that travels as differences."""
    lons, lats = (list(accumulate(line[part::2])) for part in (0, 1))
    return lons[len(lons) // 2] / 1000, lats[len(lats) // 2] / 1000


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "key"),
    [("Hormuz", "gate:hormuz"), ("stretto di hormuz", "gate:hormuz"), ("ホルムズ", "gate:hormuz"),
     ("ローマ", "place:rome"), ("roma", "place:rome"), ("東京", "place:tokyo"), ("malacca", "gate:malacca")],
)  # fmt: skip
def test_search_in_any_language_whatever_is_shown(
    led: Callable[[str], Any], query: str, key: str
) -> None:
    seen = led("#l=en")
    seen.page.fill(".fm-search-field", query)
    seen.page.press(".fm-search-field", "Enter")
    assert seen.state()["selected"] == key
    assert seen.page.locator(".fm-card").is_visible()
    lon, lat, _ = seen.page.evaluate("() => frontiersMap.state().view")
    row = next(
        r
        for r in facts_of(seen)["gates" if key.startswith("gate") else "places"]
        if r["id"] == key.split(":")[1]
    )
    where = (row["lon"], row["lat"]) if "lon" in row else middle_of(row["line"])
    assert (lon - where[0] + 180) % 360 - 180 == pytest.approx(0, abs=0.1)
    assert lat == pytest.approx(where[1], abs=0.1)


@pytest.mark.browser
def test_search_finds_what_belongs_to_a_supplier_or_a_country(led: Callable[[str], Any]) -> None:
    seen = led("#l=it")
    for query, named in (
        ("australia", "Ichthys"),
        ("mozambico", "Coral Sul"),
        ("russia", "Sachalin-2"),
    ):
        seen.page.fill(".fm-search-field", query)
        assert named in seen.page.inner_text(".fm-found"), query


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "query", "named", "mark"),
    [
        ("en", "Sakhalin II", "Sakhalin-2", ""),
        ("ja", "サハリンII", "サハリン2", ""),
        ("en", "BRI", "Italy leaves the Belt and Road", ""),
        ("it", "一帯一路", "Nuova Via della Seta", ""),
        ("en", "space debris", "", "debris"),
        ("it", "critical minerals", "", "minerali critici"),
        ("en", "Lee Jae-myung", "", "Lee Jae Myung"),
        ("ja", "space junk", "", "デブリ"),
        ("en", "urgent task", "urgent task", ""),
    ],
)
def test_search_finds_other_words_and_what_texts_say(
    led: Callable[[str], Any], lang: str, query: str, named: str, mark: str
) -> None:
    """What was found in a text stands there with the words around it."""
    seen = led(f"#l={lang}")
    seen.page.fill(".fm-search-field", query)
    assert named in seen.page.inner_text(".fm-found"), seen.page.inner_text(".fm-found")
    marked = seen.page.locator(".fm-found mark").all_inner_texts()
    assert any(mark in words for words in marked) or not mark, marked


@pytest.mark.browser
def test_the_search_answers_questions(led: Callable[[str], Any]) -> None:
    """The first line of what is found is the answer, by the figures that the page shows itself."""
    seen = led("#l=en")

    def first(question: str) -> str:
        seen.page.fill(".fm-search-field", question)
        return str(seen.page.inner_text(".fm-found-item >> nth=0"))

    assert "9.8% of Japan's LNG" in first("How much of Japan's LNG passes Malacca?")
    assert "0.0% of Italy's LNG" in first("Quanto GNL dell'Italia passa da Malacca?")
    assert re.search(r"Sakhalin-2 0\.\d, Queensland 0\.\d", first("sakhalin or queensland"))
    assert "Qatar" in first("Japan's gas from Qatar")
    assert first("Strait of Malacca").endswith("Strait"), "a name is no question"
    assert "25 nm" in first("35°N 139°E")
    assert "→" in first("ラスラファンから東京"), "without spaces"
    assert "no way out" in first("Which way when Hormuz and Bab-el-Mandeb are shut?")
    seen.page.press(".fm-search-field", "Enter")
    assert sorted(seen.state()["closed"]) == ["bab_el_mandeb", "hormuz"]
    told = seen.page.inner_text(".fm-answer-sentence")
    assert "→" in first("how far is Tokyo from Bintulu")
    miles = re.search(r"[\d,]+ nm", first("how far is Tokyo from Bintulu"))
    assert miles
    seen.page.press(".fm-search-field", "Enter")
    assert miles[0] in seen.page.inner_text(".fm-own-result")
    assert seen.page.inner_text(".fm-answer-sentence") == told, "what is closed stays closed"


@pytest.mark.browser
def test_a_claim_that_was_searched_for_opens(led: Callable[[str], Any]) -> None:
    seen = led("#l=en")
    seen.page.fill(".fm-search-field", "urgent task")
    seen.page.locator(".fm-found-item", has_text="urgent task").first.click()
    assert seen.state()["selected"].split(":")[0] in ("claim", "event", "link")
    assert seen.page.locator(".fm-card").is_visible()


@pytest.mark.browser
def test_shares_are_drawn_and_written(led: Callable[[str], Any]) -> None:
    """Bars of all tables on one scale, as long as the shares of imports.csv say; the rest at the end,
    and what no figure tells as a bar of its own.
    """
    seen = led("#l=en&ch=gas")
    imports = facts_of(seen)["imports"]
    tables = seen.page.locator(".fm-chapter[aria-current] .fm-shares")
    assert tables.count() == 2
    all_told = []
    for number, (importer, period) in enumerate(
        (("JP", "2024-01/2024-12"), ("IT", "2025-01/2025-06"))
    ):
        rows = [
            r
            for r in imports
            if (r["importer"], r["period"]) == (importer, period)
            and r.get("share")
            and r["origin"] != "total"
        ]
        told = tables.nth(
            number
        ).evaluate("""(table) => [...table.querySelectorAll('tr')].map((row) => [
          Number.parseFloat(row.lastChild.textContent), row.querySelector('.fm-key').getBoundingClientRect().width, row.firstChild.textContent])""")
        shares = [r["share"] for r in rows]
        missing = [round(100 - sum(shares), 1)] if sum(shares) < 99.5 else []
        assert sorted(share for share, _, _ in told) == sorted(shares + missing)
        if missing:
            assert told[-1][0] == missing[0]
            assert told[-1][2] == "not broken down"
        all_told += told
        assert (
            [name for _, _, name in told].index("Rest") == len(told) - 1
            if importer == "JP"
            else True
        )
    share, width, _ = max(all_told)
    assert all(w == pytest.approx(max(2, width * s / share), abs=0.6) for s, w, _ in all_told)


@pytest.mark.browser
def test_an_open_card_leaves_the_zoom_buttons_free(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&s=gate:hormuz")
    card, corner = (seen.page.locator(name).bounding_box() for name in (".fm-card", ".fm-zoom"))
    assert card
    assert corner
    assert corner["x"] + corner["width"] < card["x"]


@pytest.mark.browser
def test_nothing_found_is_said(led: Callable[[str], Any]) -> None:
    seen = led("#l=en")
    seen.page.fill(".fm-search-field", "zzzz")
    assert seen.page.inner_text(".fm-found") == "Nothing of that name"


@pytest.mark.browser
def test_every_chapter_moves_the_map_and_tells_its_text(visit: Callable[..., Any]) -> None:
    with visit("#l=en", reduced_motion="reduce") as seen:
        chapters = facts_of(seen)["chapters"]
        assert len(chapters) >= 6
        views = []
        for chapter in chapters:
            assert seen.state()["chapter"] == chapter["id"]
            now = seen.page.locator(".fm-chapter[aria-current]")
            assert now.locator("h2").inner_text() == chapter["title"][0]
            assert chapter["text"][0].split("\n")[0][:30] in now.inner_text()
            seen.rest()
            views.append(tuple(seen.state()["view"]))
            west, _, east, _ = chapter["view"]
            assert (views[-1][0] - (west + east) / 2 + 180) % 360 - 180 == pytest.approx(0, abs=1)
            if chapter is not chapters[-1]:
                seen.page.click(".fm-turn .fm-button-strong")


@pytest.mark.browser
def test_the_map_follows_the_reading_and_nothing_else(visit: Callable[..., Any]) -> None:
    """Scrolling turns chapters; it leaves no history, and lets a map be that was moved by hand."""
    with visit("#l=en", reduced_motion="reduce") as seen:
        page, ids = seen.page, [chapter["id"] for chapter in facts_of(seen)["chapters"]]
        page.mouse.move(180, 500)
        steps = page.evaluate("history.length")
        for wanted in ids[1:3]:
            top = page.locator(".fm-chapter").nth(ids.index(wanted)).bounding_box()
            assert top is not None
            page.mouse.wheel(0, top["y"] - 340)
            seen.wait(f"s.chapter === '{wanted}'")
        assert page.evaluate("history.length") == steps
        assert f"ch={ids[2]}" in seen.hash()

        page.mouse.move(900, 300)
        page.mouse.down()
        page.mouse.move(700, 320, steps=4)
        page.mouse.up()
        seen.rest()
        view = seen.state()["view"]
        page.mouse.move(180, 500)
        page.evaluate("""() => { window.scrolled = new Promise((done) => {
          document.querySelector('.fm-body').addEventListener('scrollend', () => done(true), { once: true }); }); }""")
        page.mouse.wheel(0, 30)
        assert page.evaluate("scrolled")
        seen.put_off()
        assert seen.state()["view"] == view

        page.click(".fm-turn .fm-button-strong")
        seen.wait(f"s.chapter === '{ids[3]}'")
        assert page.evaluate("history.length") == steps + 1
        at = "document.querySelector('.fm-chapter[aria-current]').getBoundingClientRect().top"
        body = "document.querySelector('.fm-body').getBoundingClientRect().top"
        assert 0 <= page.evaluate(f"{at} - {body}") < 40, "the panel comes to the chapter"
        seen.put_off()
        assert seen.state()["chapter"] == ids[3], "and does not turn on by itself"


@pytest.mark.browser
def test_the_picture_moves_with_the_hand_and_is_sharp_at_rest(visit: Callable[..., Any]) -> None:
    """While the map moves the last picture is shifted and scaled; at rest it fits the screen."""
    where = """() => {
      const canvas = document.querySelector('.fm-canvas'), box = canvas.getBoundingClientRect();
      const panel = document.querySelector('.fm-panel').getBoundingClientRect();
      return { scale: box.width / parseFloat(canvas.style.width), covers: box.left <= panel.right
        && box.right >= innerWidth && box.top <= 0, dots: canvas.width / parseFloat(canvas.style.width) };
    }"""
    with visit("#l=en&ch=gas") as seen:
        page = seen.page
        seen.rest()
        # Every frame is looked at: a moment later the next picture may be there.
        page.evaluate("""() => {
          const canvas = document.querySelector('.fm-canvas');
          window.lefts = new Set();
          window.scaled = false;
          const look = () => {
            lefts.add(canvas.getBoundingClientRect().left);
            if (!canvas.style.transform.startsWith('matrix(1, ')) window.scaled = true;
            requestAnimationFrame(look);
          };
          look();
        }""")
        page.mouse.move(1000, 300)
        page.mouse.down()
        page.mouse.move(990, 300)
        page.wait_for_function("() => lefts.size > 1")
        page.mouse.move(800, 350, steps=6)
        page.mouse.up()
        page.mouse.wheel(0, -300)
        page.wait_for_function("() => scaled")
        seen.rest()
        at_rest = page.evaluate(where)
        assert at_rest["scale"] == pytest.approx(1, abs=1e-6)
        assert at_rest["dots"] == 1
        assert at_rest["covers"]
        assert page.locator(".fm-ground").is_hidden()


@pytest.mark.browser
def test_many_turns_of_the_wheel_are_one_movement(visit: Callable[..., Any]) -> None:
    """Were each of them an end, the picture would be painted in one go at every turn."""
    with visit("#ch=how_to_read") as seen:
        seen.rest()
        ends = seen.page.evaluate("""() => new Promise((done) => {
          const stage = document.querySelector('.fm-stage'), views = new Set();
          let turns = 0, still = 0;
          const step = () => {
            const view = String(frontiersMap.state().view);
            still = views.has(view) ? still + 1 : 0;
            views.add(view);
            turns += 1;
            if (turns <= 15) stage.dispatchEvent(new WheelEvent('wheel', { deltaY: 60, clientX: 900, clientY: 300, cancelable: true }));
            if (views.size > 1 && turns > 15 && still > 30) done(views.size - 1);
            else requestAnimationFrame(step);
          };
          step();
        })""")
        assert ends == 1


@pytest.mark.browser
def test_a_closed_strait_shows_in_the_table(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=scenarios&x=hormuz")
    facts = facts_of(seen)
    through = [
        r
        for r in facts["routes"]
        if "hormuz" in r["gates"]
        and (r["draw"] or r["status"] in ("planned", "active", "emergency", "halted"))
    ]
    assert through, "some routes pass Hormuz"
    cut = seen.page.locator(".fm-scenario-table tr.is-cut")
    assert cut.count() == len(through)
    assert all("no way by sea" in text for text in cut.all_inner_texts())
    rows = seen.page.locator(".fm-scenario-table tbody tr").count()
    seen.page.click(".fm-chip-none")
    assert seen.page.locator(".fm-scenario-table tr.is-cut").count() == 0
    assert seen.page.locator(".fm-scenario-table tbody tr").count() == rows


@pytest.mark.browser
def test_named_scenarios_agree_with_the_atlas(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=scenarios")
    for i, scenario in enumerate(facts_of(seen)["scenarios"]):
        seen.page.locator(".fm-chips .fm-chip").nth(i).click()
        assert (
            seen.page.locator(".fm-chips .fm-chip").nth(i).get_attribute("aria-pressed") == "true"
        )
        assert scenario["text"][0][:20] in seen.page.inner_text(".fm-scenario-text")
        text = seen.page.inner_text(".fm-scenario-table")
        assert "not reckoned here" not in text, "any combination has a right answer"


@pytest.mark.browser
def test_an_open_card_follows_speed_and_closures(visit: Callable[..., Any]) -> None:
    """Its figures change in place: what was scrolled to, opened or in focus stays so."""
    short = {"width": 1440, "height": 520}
    with visit("#l=en&t=scenarios&s=route:coral_jp", viewport=short) as seen:
        page = seen.page
        usual = page.inner_text(".fm-card .fm-facts")
        page.click(".fm-card summary")
        assert page.locator(".fm-card details .fm-cite").count(), "practice says who says so"
        page.evaluate("document.querySelector('.fm-card').scrollTop = 90")
        page.evaluate(
            "() => { const range = document.querySelector('.fm-scenarios .fm-speed input'); range.value = '10'; range.dispatchEvent(new Event('input')); }"
        )
        slow = page.inner_text(".fm-card .fm-facts")
        assert "Days at 10 kn" in slow
        assert "Days at 10 kn" not in usual
        assert page.evaluate("document.querySelector('.fm-card').scrollTop") == 90
        assert page.locator(".fm-card details[open]").count() == 1
        seen.go("#l=en&t=scenarios&s=route:coral_jp&x=malacca&kn=10")
        assert "With the chosen straits closed" in page.inner_text(".fm-card")
        assert page.inner_text(".fm-card .fm-facts") != slow
    with visit("#l=en&s=gate:malacca") as seen:
        button = seen.page.locator(".fm-card .fm-button-close")
        button.focus()
        for pressed in ("true", "false"):
            seen.page.keyboard.press("Enter")
            assert button.get_attribute("aria-pressed") == pressed
            assert button.evaluate("(node) => node === document.activeElement")
        # The other places that close it are followed, too.
        seen.tab("scenarios")
        seen.page.click(".fm-gates > summary")
        seen.page.locator(".fm-check", has_text="Malacca").first.locator("input").check()
        assert button.get_attribute("aria-pressed") == "true"


@pytest.mark.browser
def test_the_map_in_words_follows_the_map(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=sources")
    seen.unfold(".fm-describe")
    assert "no way by sea" not in seen.page.inner_text(".fm-describe")
    seen.go("#l=en&t=sources&x=hormuz")
    assert "no way by sea" in seen.page.inner_text(".fm-describe")
    # What kind of source each is, as the last chapter says.
    source = facts_of(seen)["sources"][0]
    assert source["kind"] in seen.page.inner_text(f"#fm-source-{source['id']}")


@pytest.mark.browser
def test_languages_leave_no_listeners_behind(visit: Callable[..., Any]) -> None:
    with visit("#l=en") as seen:
        tools = seen.page.context.new_cdp_session(seen.page)

        def listeners() -> int:
            found = 0
            for what in ("document.querySelector('.fm-body')", "window"):
                node = tools.send("Runtime.evaluate", {"expression": what})["result"]["objectId"]
                told = tools.send("DOMDebugger.getEventListeners", {"objectId": node})
                found += len(told["listeners"])
            return found

        before = listeners()
        for language in ("it", "ja", "en"):
            seen.page.click(f".fm-language[lang={language}]")
        assert listeners() == before
        # The new one turns chapters as the first did.
        seen.page.mouse.move(180, 500)
        seen.page.mouse.wheel(0, 900)
        seen.wait("s.chapter !== 'opening'")


@pytest.mark.browser
def test_time_shows_the_world_of_a_day(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&s=gate:hormuz&d=2026-01-16")
    # The newest report stands first, whatever the day; below it what was so then.
    then = ".fm-card .fm-status >> nth=-1"
    january = seen.page.inner_text(then)
    seen.go("#l=en&s=gate:hormuz&d=2026-03-15")
    march = seen.page.inner_text(then)
    assert january != march
    assert "closed" in march.lower() or "restricted" in march.lower()


@pytest.mark.browser
def test_the_map_goes_on_round_the_world(visit: Callable[..., Any]) -> None:
    """After many drags east what is clicked is still what is drawn, and the address is folded."""
    with visit("#l=en&t=layers&off=none&v=139.7,20,3.4", reduced_motion="reduce") as seen:
        for _ in range(9):
            seen.page.mouse.move(1300, 400)
            seen.page.mouse.down()
            seen.page.mouse.move(900, 400, steps=2)
            seen.page.mouse.move(480, 400, steps=2)
            seen.page.mouse.up()
        seen.rest()
        lon = float(seen.hash().split("v=")[1].split(",")[0])
        assert -180 <= lon <= 180
        seen.page.fill(".fm-search-field", "Tokyo")
        seen.page.press(".fm-search-field", "Enter")
        seen.page.keyboard.press("Escape")
        assert seen.state()["selected"] is None
        seen.rest()
        # Tokyo lies in the middle of what panel, card and time line left free.
        middle = seen.page.evaluate("""() => { const p = document.querySelector('.fm-panel').getBoundingClientRect(), t = document.querySelector('.fm-time').getBoundingClientRect();
          return [(p.right + 12 + innerWidth - 346) / 2, (12 + t.top - 6) / 2]; }""")
        seen.page.mouse.click(*middle)
        assert seen.state()["selected"] == "place:tokyo"


@pytest.mark.browser
def test_phone_sheet_has_three_heights(visit: Callable[..., Any]) -> None:
    with visit(phone=True) as seen:
        heights = [seen.page.locator(".fm-panel").bounding_box()["height"]]
        for _ in range(2):
            seen.page.click(".fm-grip")
            seen.rest()
            heights.append(seen.page.locator(".fm-panel").bounding_box()["height"])
        assert len({round(h) for h in heights}) == 3
        assert min(heights) < 844 * 0.25
        assert max(heights) > 844 * 0.85


@pytest.mark.browser
def test_system_dark_mode_is_followed_and_can_be_overruled(visit: Callable[..., Any]) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    with visit(color_scheme="light") as seen:
        light = seen.page.evaluate(ground)
    with visit(color_scheme="dark") as seen:
        dark = seen.page.evaluate(ground)
    with visit("#th=light", color_scheme="dark") as seen:
        assert seen.page.evaluate(ground) == light
    assert light != dark


@pytest.mark.browser
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_flights_stand_still_under_reduced_motion(visit: Callable[..., Any], motion: str) -> None:
    with visit("#ch=opening", reduced_motion=motion) as seen:
        seen.rest()
        # Where the picture lies changes with every step of a flight.
        seen.page.evaluate("""() => {
          window.steps = new Set();
          const look = () => {
            const { left, top, width } = document.querySelector('.fm-canvas').getBoundingClientRect();
            steps.add(`${left} ${top} ${width}`);
            requestAnimationFrame(look);
          };
          look();
        }""")
        before = seen.state()["view"]
        seen.page.click(".fm-turn .fm-button-strong")
        seen.rest()
        assert seen.state()["view"] != before
        steps = seen.page.evaluate("steps.size")
        assert (steps == 1) == (motion == "reduce"), steps


@pytest.mark.browser
def test_a_share_is_said_once_for_the_routes_that_have_it_together(
    led: Callable[[str], Any],
) -> None:
    seen = led("#t=routes&l=en")
    rows = [row.inner_text() for row in seen.page.locator(".fm-routes tbody tr").all()]
    numbers = seen.page.locator(".fm-routes tbody td.fm-num").all_inner_texts()
    assert numbers.count("38.1%") == 1
    assert sum("38.1% for the supplier's 5 routes together" in row for row in rows) >= 1
    assert sum("″" in text for text in numbers) >= 4, "the others point to it"


@pytest.mark.browser
@pytest.mark.parametrize("size", [(768, 1024), (700, 400), (320, 568)], ids=lambda s: str(s[0]))
def test_narrow_and_low_windows_leave_room_for_map_and_text(
    visit: Callable[..., Any], size: tuple[int, int]
) -> None:
    """An upright tablet, letters at double size, a small phone: nothing is cut off."""
    width, height = size
    with visit("#ch=gas&l=en", viewport={"width": width, "height": height}) as seen:
        panel = seen.page.locator(".fm-panel").bounding_box()
        assert panel["width"] == width, "a sheet"
        assert panel["y"] > 0.3 * height
        body = "document.querySelector('.fm-body')"
        shown = seen.page.evaluate(f"{body}.clientHeight")
        turn = seen.page.locator(".fm-turn").bounding_box()["height"]
        assert shown - turn > 40, "text between the tabs and the buttons"
        assert seen.page.evaluate(f"{body}.scrollWidth <= {body}.clientWidth")
        tab = seen.page.locator(".fm-tab").last.bounding_box()
        assert tab["x"] + tab["width"] <= width


@pytest.mark.browser
def test_search_is_at_hand_on_a_phone(visit: Callable[..., Any]) -> None:
    with visit("#l=en", phone=True, reduced_motion="reduce") as seen:
        seen.page.click(".fm-find")
        assert seen.page.evaluate("document.activeElement.className") == "fm-search-field"
        seen.page.keyboard.type("Hormuz")
        seen.page.keyboard.press("Enter")
        assert seen.state()["selected"] == "gate:hormuz"
        assert seen.page.get_attribute(".fm-panel", "data-height") == "mid", "the map shows again"


@pytest.mark.browser
def test_a_strait_answers_with_the_newest_report(led: Callable[[str], Any]) -> None:
    """Whatever day the map shows; and all that is cited is among the sources."""
    seen = led("#l=en&s=gate:hormuz&d=2026-01-16")
    facts = facts_of(seen)
    reports = sorted(
        (r for r in facts["gate_status"] if r["gate"] == "hormuz"), key=lambda r: r["date"]
    )
    blocks = seen.page.locator(".fm-card .fm-status")
    assert blocks.nth(0).inner_text().startswith("Last report, 8 Oct 2026: closed")
    assert reports[-1]["sentence"][0] in blocks.nth(0).inner_text()
    assert "Nothing reported by 16 Jan 2026" in blocks.nth(1).inner_text()
    listed = seen.page.inner_text(".fm-card .fm-cites:not(.fm-cites-small)")
    assert all(source in listed for report in reports for source in report["source"])


@pytest.mark.browser
def test_a_rerouted_way_names_its_new_passages(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=scenarios&x=malacca&s=route:coral_jp")
    note = seen.page.inner_text(".fm-card .fm-note")
    assert "Now by Sunda Strait (18 m; LNG carriers draw 11.5–12.5 m)" in note


@pytest.mark.browser
def test_days_of_events_and_scenarios_can_be_shown(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&s=event:e_summit&d=2026-03-15")
    seen.page.click("text=Show the map on this day")
    assert seen.state()["date"] == "2026-01-16"
    seen.tab("scenarios")
    seen.page.click(".fm-chip:has-text('Hormuz, 2026')")
    assert seen.state()["date"] == "2026-02-28", "what happened is shown as it was then"
    seen.page.click(".fm-chip:has-text('Taiwan')")
    assert "No route of this atlas" in seen.page.inner_text(".fm-untouched")


@pytest.mark.browser
def test_washes_follow_the_slider(visit: Callable[..., Any]) -> None:
    with visit("#l=en&t=layers&ch=two_frontiers", reduced_motion="reduce") as seen:
        seen.rest()
        pixel = """() => { const c = document.querySelector('.fm-canvas');
          return [...c.getContext('2d').getImageData(c.width * 0.7, c.height * 0.5, 1, 1).data]; }"""
        before = seen.page.evaluate(pixel)
        slider = seen.page.locator("input[aria-label='Strength of the washes']")
        slider.focus()
        seen.page.keyboard.press("End")
        seen.page.wait_for_function(
            f"(before) => String(({pixel})()) !== String(before)", arg=before
        )


@pytest.mark.browser
def test_a_presentation_gives_the_panel_back(visit: Callable[..., Any]) -> None:
    with visit("#l=en&ch=gas", reduced_motion="reduce") as seen:
        seen.menu("present")
        for _ in range(3):
            seen.page.keyboard.press("ArrowRight")
            seen.rest()
        seen.page.keyboard.press("Escape")
        seen.rest()
        where = seen.page.evaluate("""() => {
          const body = document.querySelector('.fm-body').getBoundingClientRect();
          const read = document.querySelector('.fm-chapter[aria-current]').getBoundingClientRect();
          const marker = document.querySelector('.fm-marker').getBoundingClientRect(), lane = document.querySelector('.fm-lane-dots').getBoundingClientRect();
          return [read.top - body.top, body.height, marker.left - lane.left, lane.width];
        }""")
        assert 0 <= where[0] < where[1] / 3, "the chapter that the map shows is the one to be read"
        assert 0 < where[2] < where[3], "the moment stands on the time line"


@pytest.mark.browser
def test_two_clicks_while_measuring_do_not_zoom(visit: Callable[..., Any]) -> None:
    with visit("#l=en") as seen:
        seen.menu("measure")
        before = seen.state()["view"]
        seen.page.mouse.dblclick(900, 300)
        seen.rest()
        assert seen.state()["view"] == before


@pytest.mark.browser
def test_a_clicked_thing_does_not_lie_under_its_card(visit: Callable[..., Any]) -> None:
    with visit("#l=en&ch=gas", reduced_motion="reduce") as seen:
        seen.rest()
        seen.page.mouse.click(1358, 303)  # Sabine Pass
        assert seen.state()["selected"] == "terminal:sabine"
        seen.rest()
        lon, _, zoom = seen.state()["view"]
        facts = facts_of(seen)
        sabine = next(t for t in facts["terminals"] if t["id"] == "sabine")
        card = seen.page.locator(".fm-card").bounding_box()
        assert card
        middle = (384 + 1440 - 346) / 2
        turn = (sabine["lon"] - lon + 180) % 360 - 180
        assert middle + turn * 256 * 2**zoom / 360 < card["x"]


@pytest.mark.browser
def test_back_in_the_story_the_map_is_its_own(visit: Callable[..., Any]) -> None:
    with visit("#l=en&ch=opening", reduced_motion="reduce") as seen:
        before = seen.state()
        seen.tab("scenarios")
        seen.page.click(".fm-chip:has-text('Hormuz, 2026')")
        assert seen.state()["date"] == "2026-02-28"
        seen.page.click(".fm-chip:has-text('Panama')")
        assert seen.state()["date"] == before["date"], "the next scenario has no day of its own"
        seen.tab("story")
        after = seen.state()
        assert (after["closed"], after["date"], after["chapter"]) == ([], before["date"], "opening")
        assert after["view"] == pytest.approx(before["view"], abs=0.01)
        seen.page.go_back()
        seen.wait("s.closed.includes('panama')")


@pytest.mark.browser
def test_a_claim_is_shown_where_it_lies(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=sources")
    before = seen.state()["view"]
    seen.page.locator(".fm-claim:has-text('Malaysia') >> text=Show on the map").first.click()
    assert seen.state()["selected"].startswith("claim:")
    assert seen.state()["view"] != before


@pytest.mark.browser
def test_a_low_sheet_comes_up_for_a_tab_and_hides_what_lies_below(
    visit: Callable[..., Any],
) -> None:
    with visit("#l=en", phone=True, reduced_motion="reduce") as seen:
        seen.page.click(".fm-grip")
        seen.page.click(".fm-grip")
        assert seen.page.get_attribute(".fm-panel", "data-height") == "low"
        assert not seen.page.locator(".fm-body").is_visible(), "nothing in it can take the focus"
        seen.tab("routes")
        assert seen.page.get_attribute(".fm-panel", "data-height") == "mid"
        assert seen.page.locator(".fm-routes").is_visible()


@pytest.mark.browser
def test_a_passage_without_a_way_on_is_no_closure(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&t=scenarios&own=sabine,futtsu&via=hormuz")
    text = seen.page.inner_text(".fm-own-none")
    assert "without them there is one" in text


@pytest.mark.browser
def test_lists_say_the_status_of_the_day_shown(led: Callable[[str], Any]) -> None:
    """A trade that was halted later is in use on the day before; so says its row, as its card does."""
    seen = led("#l=en&t=routes&d=2026-01-16")
    row = seen.page.locator(".fm-routes tr", has_text="Ras Laffan to").first
    assert "in use" in row.inner_text()
    seen.go("#l=en&t=routes&d=all")
    assert "halted" in row.inner_text()


@pytest.mark.browser
def test_words_are_seen_at_four_times_the_size(visit: Callable[..., Any]) -> None:
    """1440 by 900 at 400 % is a window of 360 by 225: the chapter's text has lines in it."""
    with visit("#l=en", viewport={"width": 360, "height": 225}) as seen:
        seen_lines = seen.page.evaluate(
            """() => { const p = document.querySelector('.fm-chapter[aria-current] > p:not([class])').getBoundingClientRect(),
              body = document.querySelector('.fm-body').getBoundingClientRect();
              return Math.min(p.bottom, body.bottom, innerHeight) - p.top; }"""
        )
        assert seen_lines > 40
        assert seen.page.evaluate("() => document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_letters_grow_with_the_readers_own_size(visit: Callable[..., Any]) -> None:
    with visit("#l=en&t=routes") as seen:
        size = """() => ['.fm-title', '.fm-table td', '.fm-lead', '.fm-tab'].map((q) => Number.parseFloat(getComputedStyle(document.querySelector(q)).fontSize))"""
        before = seen.page.evaluate(size)
        seen.page.evaluate("() => { document.documentElement.style.fontSize = '150%'; }")
        assert seen.page.evaluate(size) == pytest.approx([1.5 * one for one in before], rel=0.01)


@pytest.mark.browser
def test_sources_of_a_paragraph_are_one_stop(led: Callable[[str], Any]) -> None:
    seen = led("#l=en&ch=gas")
    group = seen.page.locator(".fm-chapter[aria-current] [role=group]").first
    assert group.locator("button").count() > 1
    assert group.locator("button:not([tabindex='-1'])").count() == 1
    group.locator("button").first.focus()
    seen.page.keyboard.press("ArrowRight")
    assert group.locator("button").nth(1).evaluate("(b) => b === document.activeElement")
    assert seen.state()["chapter"] == "gas", "arrows turn no chapter here"


@pytest.mark.browser
def test_search_finds_story_scenarios_and_sources(led: Callable[[str], Any]) -> None:
    seen = led("#l=en")
    field, found = seen.page.locator(".fm-search-field"), seen.page.locator(".fm-found-item")
    field.fill("drought")
    found.filter(has_text="Scenario").first.click()
    assert seen.state()["tab"] == "scenarios"
    assert "panama" in seen.state()["closed"]
    field.fill("ras lafan")
    assert "Ras Laffan" in found.first.inner_text(), "a slip of the finger"
    field.fill("S132")
    found.filter(has_text="Source").first.click()
    assert seen.state()["tab"] == "sources"
    assert seen.page.evaluate("() => document.activeElement.id") == "fm-source-S132"
    field.fill("160th year")
    assert found.first.locator("mark").inner_text().lower() == "160th year"
    found.filter(has_text="Story").first.click()
    assert (seen.state()["tab"], seen.state()["chapter"]) == ("story", "opening")
    # parts of the page that are no rows
    for asked, tab, there in (
        ("overlap", "layers", ""),
        ("errata", "sources", "Errata"),
        ("wrong claims", "sources", "The article against the record"),
    ):
        field.fill(asked)
        found.filter(has_text="Part of the page").first.click()
        assert seen.state()["tab"] == tab, asked
        assert there in seen.page.evaluate("() => document.activeElement.textContent"), asked


@pytest.mark.browser
def test_names_of_languages_have_letters_of_their_own(led: Callable[[str], Any]) -> None:
    """Three boxes stood for the third language where no font of the machine had its letters."""
    seen = led("#l=en")
    own = """() => document.fonts.load('16px "Atlas Names"', '日本語').then((faces) => faces.length
      && document.fonts.check('16px "Atlas Names"', '日本語')
      && getComputedStyle(document.querySelector('.fm-language')).fontFamily.includes('Atlas Names'))"""
    assert seen.page.evaluate(own)
