"""The story as a handout: a tagged PDF, chapter by chapter with its map, then claims and sources.

Set with Typst, which writes what matplotlib cannot: a tag for every heading, paragraph, picture
and link, alternative text, a title and a language, bookmarks, page numbers.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from frontiers_map.analysis import figures
from frontiers_map.analysis.moments import as_of
from frontiers_map.language import prose, text
from frontiers_map.outputs.sheets.kinds.closure_matrix import scenario_table
from frontiers_map.outputs.sheets.kinds.closures import under
from frontiers_map.outputs.sheets.map.draw import Made, draw_map, frame_for
from frontiers_map.outputs.sheets.map.projection import Rect
from frontiers_map.outputs.sheets.map.selection import Content, choose, colour_of
from frontiers_map.outputs.sheets.paper import fonts, inspect
from frontiers_map.outputs.sheets.paper.page import Page
from frontiers_map.outputs.sheets.paper.words import named, say
from frontiers_map.style import LIGHT

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas
    from frontiers_map.atlas.model import Chapter

__all__ = ["draw"]

WIDTH: Final = 174.0  # mm of a map on the page
HEIGHTS: Final = (84.0, 138.0)
TITLE: Final = 42.0  # points on the cover; less where the title is wider than the page


def draw(atlas: JoinedAtlas, language: str) -> tuple[bytes, list[str], list[str]]:
    """Give the handout, the names that its maps found no room for, and the faults of its maps."""
    import typst

    left_out: list[str] = []
    faults: list[str] = []
    said: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="frontiers-map-") as name:
        folder = Path(name)
        shutil.copy(str(files("frontiers_map").joinpath("outputs/sheets/handout.typ")), folder)
        for face in fonts.all_faces():
            shutil.copy(fonts.face(face), folder / f"{face}.ttf")
        chapters = []
        for number, chapter in enumerate(atlas.chapters):
            then = as_of(atlas, chapter.date)
            made, sources, costs = _map(then, chapter, language)
            page = made.page
            # an atlas has many more seas and ports than a map of this size; a name that stands
            # in one chapter is not missed in another
            left_out += made.trouble
            faults += [f"{chapter.id}: {one}" for one in inspect.inspect(page).details]
            said |= {item.text for item in page.texts}
            file = f"map-{number}.svg"
            (folder / file).write_bytes(page.svg("", "", language, words=False))
            told = _chapter(then, chapter, language, file, sources) | {"costs": costs}
            chapters.append(told | {"picture": _picture(atlas, chapter, language, folder)})
        document = _settable(_document(atlas, language, chapters))
        (folder / "data.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        pdf = typst.compile(
            str(folder / "handout.typ"),
            root=str(folder),
            font_paths=[str(folder)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
        )
    missed = [one for one in left_out if one.rsplit(" (", 1)[0] not in said]
    return bytes(pdf), missed, faults


def _settable(value: Any) -> Any:
    """Give texts without marks that nobody sees, some of which PDF/UA forbids.

    Any text that our faces cannot set is refused, before Typst would leave a box in its place.
    """
    if isinstance(value, str):
        fonts.require(fonts.plain(value), "sans")
        return "".join(one for one in value if one.isprintable() or one.isspace())
    if isinstance(value, dict):
        return {name: _settable(one) for name, one in value.items()}
    return [_settable(one) for one in value] if isinstance(value, list) else value


def _document(atlas: JoinedAtlas, language: str, chapters: list[dict[str, Any]]) -> dict[str, Any]:
    settings = atlas.settings
    front = [
        part
        for one in (settings.how_to_read, settings.policy, settings.credit)
        if one
        for part in _set(one.get(language))
    ]
    claims = [
        {
            "claim": named(row, "claim", language),
            "verdict": text.word("verdict", row.verdict, language),
            "finding": named(row, "finding", language),
            "grounds": _grounds(row, language),
            "sources": list(row.source),
        }
        for row in atlas.claims.itertuples()
    ]
    used = {name for chapter in chapters for name in chapter["sources"]}
    used |= {name for claim in claims for name in claim["sources"]}
    sources = [
        {"id": row.id, "title": row.title, "date": row.date, "url": row.url, "address": row.address}
        for row in atlas.sources.itertuples()
        if row.id in used
    ]
    return {
        "title": settings.title.get(language),
        "title_size": _title_size(settings.title.get(language)),
        "deck": settings.deck.get(language),
        "author": "frontiers-map",
        "language": language.split("-")[0],
        "dateline": say("true_to", language, date=text.day(settings.record_to, language)),
        "ink": LIGHT.ink,
        "quiet": LIGHT.quiet,
        "paper": "#ffffff",
        "accent": LIGHT.accent,
        "closed": LIGHT.closed,
        "link": LIGHT.route_blue,
        "words": {
            key: say(name, language)
            for key, name in (
                ("sources", "sources"),
                ("contents", "contents"),
                ("claims", "claims_head" if settings.article_date else "claims_plain"),
                ("nm", "nm_head"),
                ("days", "days_head"),
                ("boil", "boil_head"),
            )
        }
        | ({} if len(atlas.terminals) else {"boil": ""})
        | {"events": text.word("layer", "events", language)},
        "cover": chapters[0]["map"] if chapters else "",
        "cover_alt": chapters[0]["alt"] if chapters else "",
        "cover_caption": chapters[0]["caption"] if chapters else "",
        "front": front,
        "chapters": chapters,
        "claims": claims,
        "sources": sources,
    }


def _grounds(claim: Any, language: str) -> str:
    """Why a verdict rests on one reading, and where one has looked in vain."""
    parts = [named(claim, "alone", language)]
    if where := named(claim, "looked", language):
        on = text.day(claim.looked_on, language)
        parts.append(say("looked", language, date=on, where=where))
    return " ".join(filter(None, parts))


def _title_size(title: str) -> float:
    return min(TITLE, TITLE * WIDTH * 0.98 / fonts.width_mm(title, "serif-semibold", TITLE))


def _chapter(
    atlas: JoinedAtlas, chapter: Chapter, language: str, file: str, sources: list[str]
) -> dict[str, Any]:
    words = chapter.on_paper or chapter.text
    told = words.get(language).strip()
    events = atlas.events[atlas.events["id"].isin(chapter.focus.events)]
    figure = label = ""
    if chapter.figure and chapter.figure != "none":
        figure = figures.figure(atlas, chapter.figure, language, unit=True)
        if chapter.figure_label:
            label = chapter.figure_label.get(language)
    title = chapter.title.get(language)
    return {
        "title": title,
        "map": file,
        "alt": say("map_of", language, title=title),
        "caption": say("true_to", language, date=text.day(atlas.settings.record_to, language)),
        "figure": figure,
        "figure_label": label,
        "text": _set(told),
        "events": [
            {"date": text.day(row.date, language), "name": named(row, "name", language)}
            for row in events.sort_values(["date", "id"]).itertuples()
        ],
        "sources": sources,
    }


def _picture(
    atlas: JoinedAtlas, chapter: Chapter, language: str, folder: Path
) -> dict[str, Any] | None:
    """Put the picture of a chapter beside the template, as PNG, and give its words and width."""
    if chapter.picture is None:
        return None
    drawn = atlas.pictures[chapter.picture.file]
    name = f"picture-{chapter.id}.png"
    with Image.open(io.BytesIO(drawn.content)) as opened:
        opened.convert("RGBA").save(folder / name)
    credit = chapter.picture.credit
    return {
        "file": name,
        "alt": chapter.picture.alt.get(language),
        "credit": credit.get(language) if credit else "",
        "width": min(WIDTH * 0.7, HEIGHTS[0] * drawn.width / drawn.height),
    }


def _set(words: str) -> list[Any]:
    """Give paragraphs and lists as the template sets them; a line's end is a space."""
    found = prose.told(words)
    if isinstance(found, str):
        return [" ".join(part.split("\n")) for part in found.split("\n\n")]
    return [_one_line(part) for part in found]


def _one_line(part: Any) -> Any:
    return part.replace("\n", " ") if isinstance(part, str) else [_one_line(one) for one in part]


def _height(view: tuple[float, float, float, float]) -> float:
    """How high a map of full width must be to show a view, within what the page holds."""
    frame = frame_for(Rect(0, 0, WIDTH, 10 * WIDTH), view)
    west, south, east, north = view
    middle = (west + east) / 2
    low, high = frame.page(np.array([[middle, south], [middle, north]]))[:, 1]
    return float(min(max(high - low, HEIGHTS[0]), HEIGHTS[1]))


def _map(
    atlas: JoinedAtlas, chapter: Chapter, language: str
) -> tuple[Made, list[str], list[dict[str, Any]]]:
    """Draw a chapter's map of an atlas as of its day; give its sources and what a closure costs."""
    high = _height(chapter.view)
    made = Made(Page(WIDTH, high, LIGHT.paper))
    layers = chapter.layers or (
        "regions", "overlaps", "routes", "gates", "places", "sea_labels", *atlas.own,
    )  # fmt: skip
    frame = frame_for(Rect(0.2, 0.2, WIDTH - 0.2, high - 0.2), chapter.view)
    content = choose(atlas, language, layers, chapter.focus)
    costs: list[dict[str, Any]] = []
    scenario = next((one for one in atlas.scenarios if one.id == chapter.scenario), None)
    if scenario is not None:
        costs = _costs(content, scenario.id)
        content = under(content, scenario)
    content = content.seen([frame])
    told = atlas.events[atlas.events["id"].isin(chapter.focus.events)]
    sources = content.sources()
    sources += sorted({name for row in told.itertuples() for name in row.source} - set(sources))
    draw_map(made, frame, content, k=0.72, degrees=False, smallest_sea=2, event_names=False)
    return made, sources, costs


def _costs(content: Content, scenario: str) -> list[dict[str, Any]]:
    """What each route that a closure changes costs, as on the sheet of closures, worst first."""
    language = content.language
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for row, route in scenario_table(content.atlas, scenario, content):
        name = content.name(route, "short")
        lost = not row.reachable
        told.setdefault(
            (name, route.supplier),
            {
                "name": name,
                "colour": colour_of(content.atlas, route.supplier),
                "lost": say("no_way", language) if lost else "",
                "nm": "" if lost else text.number(row.extra_nm, language),
                "days": "" if lost else text.number(row.extra_days, language, 1),
                "boil": "" if lost else text.number(row.extra_boil_off_t, language),
            },
        )
    return list(told.values())
