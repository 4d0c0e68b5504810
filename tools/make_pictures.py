"""Make the pictures of the page for the docs: each tab and chapter, desktop and phone.

    python tools/make_pictures.py [PAGES] [-o docs/pictures]

PAGES is a folder with built pages (``output`` if left out). The page and the sheet of
docs/your-own-atlas.md and pages of the examples are built for it. Needs Chromium and Playwright.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from walk import steps

ROOT = Path(__file__).parents[1]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 200_000

# True once the page has been whole for some frames.
AT_REST = """() => {
  const busy = document.querySelector('.fm').hasAttribute('data-busy');
  window.still = busy ? 0 : (window.still ?? 0) + 1;
  return window.still > 3;
}"""

# name: (address after the page, size, colour scheme)
TABS = {
    "layers": ("#t=layers&ch=how_to_read", DESKTOP, "light"),
    "scenario": ("#t=scenarios&ch=straits&v=105,8,2.75", DESKTOP, "light"),
    "routes": ("#t=routes&ch=gas&s=route:nws_jp", DESKTOP, "light"),
    "sources": ("#t=sources&ch=since&s=gate:hormuz", DESKTOP, "light"),
    "dark": ("#t=layers&ch=how_to_read", DESKTOP, "dark"),
    "japanese": ("#l=ja&ch=where_they_meet", DESKTOP, "light"),
    "italian": ("#l=it&ch=partnership", DESKTOP, "light"),
    "phone": ("#ch=gas", PHONE, "light"),
    "phone-dark": ("#ch=straits&l=ja", PHONE, "dark"),
}


def chapters(browser: Browser, page_file: Path) -> list[str]:
    """Ask the page for its chapters, in order."""
    page = browser.new_page(viewport=DESKTOP)
    page.goto(page_file.as_uri())
    page.evaluate("window.frontiersMap.ready")
    found = []
    while True:
        found.append(json.loads(page.evaluate("JSON.stringify(frontiersMap.state())"))["chapter"])
        following = page.locator(".fm-turn .fm-button-strong")
        if following.is_disabled():
            break
        following.click()
    page.close()
    return found


def views(browser: Browser, page_file: Path) -> dict[str, tuple[str, dict[str, int], str]]:
    """Name what is photographed: address after the page, size and colour scheme of each view."""
    return {
        f"story-{number}-{name.replace('_', '-')}": (f"#ch={name}", DESKTOP, "light")
        for number, name in enumerate(chapters(browser, page_file), 1)
    } | TABS


def shoot(browser: Browser, page_file: Path, address: str, size: dict[str, int], scheme: str
          ) -> Image.Image:  # fmt: skip
    """Open a view, wait until it is drawn, and photograph it."""
    context = browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce",
        device_scale_factor=2 if size is PHONE else 1,
    )  # fmt: skip
    page = context.new_page()
    page.goto(page_file.as_uri() + address)
    page.evaluate("window.frontiersMap.ready")
    page.wait_for_function(AT_REST)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return picture


def save(picture: Image.Image, target: Path) -> int:
    """Write a picture as WebP, as good as fits below the limit."""
    for quality in (90, 82, 74, 64):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= MOST_BYTES:
            break
    return target.stat().st_size


# name of an example: address after its page
EXAMPLES = {
    "red-sea": "#l=ar&ch=rubymar",
    "rockall": "#ch=zone",
    "northern-sea-route": "#ch=top",
    "szczecin": "#l=de&ch=deep",
}


def examples(browser: Browser, target: Path) -> None:
    """Photograph the pages of the examples, and the large sheet of the second whole atlas."""
    script = Path(sys.executable).with_name("frontiers-map")
    with tempfile.TemporaryDirectory() as made:
        out = Path(made) / "output"
        for name, address in EXAMPLES.items():
            words = ("build", ROOT / "examples" / name, "-o", out, "--map", "index")
            subprocess.run([script, *words], check=True, stdout=subprocess.DEVNULL)
            path = target / f"example-{name}.webp"
            picture = shoot(browser, out / "index.html", address, DESKTOP, "light")
            print(f"{path}  {save(picture, path) / 1000:.0f} kB")
            shutil.rmtree(out)
        words = ("build", ROOT / "examples/red-sea", "-o", out, "--sheet", "corridor")
        subprocess.run([script, *words, "--language", "ar"], check=True, stdout=subprocess.DEVNULL)
        with Image.open(out / "print/corridor-ar.png") as sheet:
            small = sheet.convert("RGB").resize((1080, round(1080 * sheet.height / sheet.width)))
        path = target / "example-red-sea-sheet.webp"
        print(f"{path}  {save(small, path) / 1000:.0f} kB")


def walk(browser: Browser, target: Path) -> None:
    """Walk through docs/your-own-atlas.md, and photograph the page and the sheet it ends with."""
    script = Path(sys.executable).with_name("frontiers-map")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for words in steps(folder):
            subprocess.run([script, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        page = shoot(browser, folder / "output/index.html", "#ch=christmas", DESKTOP, "light")
        with Image.open(folder / "output/print/seabed-en.png") as sheet:
            small = sheet.convert("RGB").resize((1440, round(1440 * sheet.height / sheet.width)))
        for name, picture in (("page", page), ("sheet", small)):
            path = target / f"own-{name}.webp"
            print(f"{path}  {save(picture, path) / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="?", type=Path, default=Path("output"))
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/pictures"))
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    parser.add_argument("--chromium", default=found)
    parser.add_argument("--walk", action="store_true", help="only those of docs/your-own-atlas.md")
    parser.add_argument("--examples", action="store_true", help="only those of the examples")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    index = (given.pages / "index.html").resolve()
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        seen = {} if given.walk or given.examples else views(browser, index)
        for name, (address, size, scheme) in seen.items():
            target = given.output / f"page-{name}.webp"
            size_kb = save(shoot(browser, index, address, size, scheme), target) / 1000
            print(f"{target}  {size_kb:.0f} kB")
        if not given.examples:
            walk(browser, given.output)
        if not given.walk:
            examples(browser, given.output)
        browser.close()


if __name__ == "__main__":
    main()
