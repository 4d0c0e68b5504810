"""What MkDocs is told beside the documents: navigation, colours, letters, live maps.

A document that no group names is a how-to. Links to files of the repository that are no documents
become their words, as the site does not have them.
"""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files as packaged
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from frontiers_map.style import DARK, LIGHT, Palette

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
# pages that `frontiers-map build` made, to be looked at within the site
MAPS = Path(os.environ.get("FRONTIERS_MAP_PAGES", ROOT / "output"))

GROUPS = {
    "Home": ["index.md"],
    "Maps": ["maps.md"],
    "Tutorial": ["your-own-atlas.md"],
    "How to": ["routes.md", "two-straits.md", "gis.md", "page.md", "print.md", "languages.md",
               "publishing.md"],
    "Reference": ["cli.md", "python.md", "data.md", "problems.md", "dependencies.md", "security.md",
                  "changelog.md"],
    "Explanations": ["sea-network.md", "trade-practice.md", "architecture.md", "performance.md",
                     "alternatives.md", "contributing.md"],
    "Gallery": ["gallery.md", *(f"notebooks/{path.stem}.md" for path in NOTEBOOKS)],
}  # fmt: skip
# documents beside docs/, and what they are called in the site
BESIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
}
FACES = {
    ("sans", 400, "normal"): "SourceSansPro-Regular.ttf",
    ("sans", 400, "italic"): "SourceSansPro-It.ttf",
    ("sans", 600, "normal"): "SourceSansPro-Semibold.ttf",
    ("serif", 600, "normal"): "SourceSerifPro-Semibold.ttf",
}
# Browsers refuse workers to a page that was opened from a file; the search runs in a frame there.
WORKER = """\
if (location.protocol === "file:") window.Worker = class extends EventTarget {
  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    document.body.append(this.frame);
    addEventListener("message", (event) => {
      if (event.source === this.frame.contentWindow) {
        this.dispatchEvent(new MessageEvent("message", { data: event.data }));
      }
    });
    this.ready = new Promise((done) => { this.frame.contentWindow.ready = done; });
    const page = this.frame.contentDocument;
    page.open();
    page.write("<script>postMessage = (message) => parent.postMessage(message, '*')</" + "script>"
      + `<script src="${url}" onload="ready()"></` + "script>");
    page.close();
  }
  postMessage(data) {
    const event = new MessageEvent("message", { data });
    this.ready.then(() => this.frame.contentWindow.dispatchEvent(event));
  }
  terminate() { this.frame.remove(); }
};
"""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every document into a group."""
    there = [path.name for path in sorted((ROOT / "docs").glob("*.md"))]
    there += [*BESIDE.values(), "maps.md", *(f"notebooks/{path.stem}.md" for path in NOTEBOOKS)]
    named = {name for group in GROUPS.values() for name in group}
    groups = GROUPS | {"How to": [*GROUPS["How to"], *(n for n in there if n not in named)]}
    config.nav = [
        {title: found}
        for title, names in groups.items()
        if (found := [name for name in names if name in there])
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents beside docs/, the maps, and what they are to look like."""
    maps = sorted(MAPS.glob("*.html"), key=lambda path: (path.stem != "index", path.stem))
    made: dict[str, Any] = {
        name: _linked((ROOT / source).read_text("utf-8"), "") for source, name in BESIDE.items()
    }
    made |= {
        "maps.md": _maps_page(maps),
        "assets/atlas.css": _style(),
        "assets/iframe-worker.js": WORKER,
    }
    made |= {f"notebooks/{path.stem}.md": _notebook(path) for path in NOTEBOOKS}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    for path in maps:
        files.append(File.generated(config, f"maps/{path.name}", abs_src_path=str(path)))
    for name in FACES.values():
        face = packaged(f"font_source_{'serif' if 'Serif' in name else 'sans'}_pro")
        path = str(face.joinpath("files", name))
        files.append(File.generated(config, f"assets/{name}", abs_src_path=path))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let lists within lists be seen as such, and lead links where the site has something."""
    if page.file.src_uri not in BESIDE.values():
        markdown = _linked(markdown, "docs")
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.M | re.S)
    parts[::2] = [re.sub(r"^((?:  )+)(?=- )", r"\1\1", part, flags=re.M) for part in parts[::2]]
    return "".join(parts)


def _linked(markdown: str, folder: str) -> str:
    """Turn links of a document in `folder` to those of the site, or to their words."""

    def leads(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        path, _, anchor = target.partition("#")
        name = os.path.normpath(PurePosixPath(folder, path))
        below = BESIDE.get(name) or (name.removeprefix("docs/") if name[:5] == "docs/" else "")
        if not below or not (name in BESIDE or (ROOT / name).is_file()):
            return words
        return f"[{words}]({below}{'#' + anchor if anchor else ''})"

    markdown = re.sub(r"^<!--.*?-->\s*", "", markdown)  # before it no title is seen
    markdown = re.sub(r"!\[([^\]]*)\]\(docs/", r"![\1](", markdown)
    return re.sub(r"(?<!!)\[([^\[\]]+)\]\(([^)\s]+)\)", leads, markdown)


def _maps_page(maps: list[Path]) -> str:
    """Show each page in a frame; it asks nothing from outside."""
    parts = ["---\nhide: [navigation, toc]\n---\n# The maps\n"]
    for path in maps:
        title = re.search(r"<title>(.*?)</title>", path.read_text("utf-8"), re.S)
        name = title[1].strip() if title else path.stem
        parts += [
            f'## {name}\n\n<p><a href="maps/{path.name}">In a window of its own</a></p>\n',
            f'<iframe src="maps/{path.name}" title="{name}" loading="lazy"></iframe>\n',
        ]
    return "\n".join(parts if maps else [*parts, "`frontiers-map build` makes them.\n"])


def _notebook(path: Path) -> str:
    """Give a notebook as a document, with what it showed."""
    parts = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
        for output in cell.get("outputs", ()):
            data = {kind: "".join(value) for kind, value in output.get("data", {}).items()}
            said = data.get("text/plain") or "".join(output.get("text", ()))
            if "image/png" in data:
                # one line, as the text of a document is searched
                picture = data["image/png"].replace("\n", "")
                parts.append(f'<img alt="" src="data:image/png;base64,{picture}">')
            else:
                parts.append(f"```text\n{said.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def _style() -> str:
    """Give the colours and letters of the maps to the site."""
    faces = "".join(
        f'@font-face {{ font-family: "Atlas {kind}"; font-weight: {weight}; font-style: {slope};'
        f' src: url("{name}"); font-display: swap }}\n'
        for (kind, weight, slope), name in FACES.items()
    )
    return f"""{faces}
:root {{
  --md-text-font: "Atlas sans";
  --md-code-font: ui-monospace, Consolas, "DejaVu Sans Mono";
  --edge: 1px solid var(--md-default-fg-color--lightest);
}}
{_scheme("default", LIGHT)}{_scheme("slate", DARK)}
.md-typeset {{ font-size: .82rem; line-height: 1.55; }}
.md-typeset h1, .md-typeset h2, .md-header__title {{ font-family: "Atlas serif", serif; }}
.md-typeset h1 {{ color: var(--md-default-fg-color); }}
.md-header, .md-tabs {{ border-bottom: var(--edge); box-shadow: none; }}
.md-search__form, .md-search-result__meta {{ background: var(--md-default-bg-color); }}
.md-typeset table:not([class]) {{ font-size: .72rem; }}
.md-typeset img {{ border: var(--edge); }}
.md-typeset iframe {{ width: 100%; height: 80vh; border: var(--edge); }}
.md-footer-meta {{ display: none; }}
"""


def _scheme(name: str, palette: Palette) -> str:
    return f"""[data-md-color-scheme="{name}"] {{
  --md-default-bg-color: {palette.paper};
  --md-default-fg-color: {palette.ink};
  --md-default-fg-color--light: {palette.quiet};
  --md-default-fg-color--lighter: {palette.coast};
  --md-default-fg-color--lightest: {palette.faint};
  --md-primary-fg-color: {palette.sea};
  --md-primary-bg-color: {palette.ink};
  --md-primary-bg-color--light: {palette.quiet};
  --md-typeset-color: {palette.ink};
  --md-typeset-a-color: {palette.sea_name};
  --md-accent-fg-color: {palette.accent};
  --md-accent-fg-color--transparent: {palette.accent}1a;
  --md-code-bg-color: {palette.shoal};
  --md-code-fg-color: {palette.ink};
  --md-footer-bg-color: {palette.sea};
  --md-footer-fg-color: {palette.ink};
  --md-footer-fg-color--light: {palette.quiet};
}}
"""
