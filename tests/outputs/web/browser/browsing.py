"""Pages opened in Chromium with the network cut, and everything they do wrong written down."""

from __future__ import annotations

import base64
import bz2
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Frame, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PAGES = ("index", "convergence", "lng", "partnership")
TABS = ("story", "layers", "scenarios", "routes", "sources")

# Nothing is waited for by the clock: this is only when a test gives up, on however busy a machine.
PATIENCE = 120e3

# True once the picture has shown what the camera sees for some frames. What a hand does has its
# effect in the next frame, so one frame at rest is not enough.
_AT_REST = """() => {
  const busy = document.querySelector('.fm').hasAttribute('data-busy');
  window.__still = busy ? 0 : (window.__still ?? 0) + 1;
  if (window.__still < 4) return false;
  window.__still = 0;
  return true;
}"""

# Violations of the policy reach no console of Playwright when the page is quick: keep them here.
# So are the lines that show for a moment: on a busy machine they may have gone before one looks.
_LISTEN = """
window.__violations = [];
window.__toasts = [];
new MutationObserver((all) => all.flatMap((one) => [...one.addedNodes]).forEach((node) => {
  if (node.classList?.contains('fm-toast')) window.__toasts.push(node.textContent);
})).observe(document, { childList: true, subtree: true });
addEventListener('securitypolicyviolation', (e) => window.__violations.push(`${e.violatedDirective} ${e.blockedURI}`));
window.print = () => {};
"""


# No fault of the page: that a test itself reads pixels, and what Leaflet says of the plug-in of
# stripes, Leaflet.pattern, which is written for Leaflet 0.7.
_OF_OTHERS = ("willReadFrequently", "Deprecated include of L.Mixin.Events")


@dataclass
class Watched:
    """A page and its faults: requests to anywhere, errors, violations of the policy, dialogs."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """What the reader has chosen."""
        return dict(self.page.evaluate("() => frontiersMap.state()"))

    def hash(self) -> str:
        return str(self.page.evaluate("() => location.hash"))

    def tabs(self) -> list[str]:
        """Names of the tabs that this page has: of what an atlas has none there is no tab."""
        ids = self.page.eval_on_selector_all("[id^=fm-tab-]", "(tabs) => tabs.map((t) => t.id)")
        return [str(name).removeprefix("fm-tab-") for name in ids]

    def tab(self, name: str) -> None:
        self.page.click(f"#fm-tab-{name}")

    def toast(self) -> str:
        """The last line that showed for a moment."""
        return str(self.page.evaluate("() => window.__toasts.at(-1) ?? ''"))

    def unfold(self, details: str) -> None:
        """Open what is folded: a page is told of it after the click, and fills it only then."""
        self.page.locator(details).first.evaluate(
            """(node) => new Promise((done) => {
              node.addEventListener('toggle', () => done(true), { once: true });
              node.querySelector('summary').click();
            })"""
        )

    def rest(self) -> None:
        """Wait until nothing moves and the picture is whole."""
        rest(self.page)

    def go(self, fragment: str) -> None:
        """Change the address, as a link does, and wait until the page shows it."""
        self.page.evaluate(
            """(fragment) => new Promise((done) => {
              const before = location.href;
              addEventListener('popstate', () => done(), { once: true });
              location.hash = fragment;
              if (location.href === before) done();
            })""",
            fragment,
        )
        self.rest()

    def put_off(self) -> None:
        """Wait until the page has done what it put off by less than half a second.

        Timers of a page go off in their order however busy the machine: ours is the last.
        """
        self.rest()
        self.page.evaluate("() => new Promise((done) => setTimeout(() => done(true), 500))")

    def wait(self, condition: str) -> None:
        """Wait until an expression on the state `s` is true."""
        self.page.wait_for_function(
            f"() => {{ const s = frontiersMap.state(); return {condition}; }}"
        )

    def menu(self, key: str) -> None:
        """Choose an entry of the menu in the panel's head."""
        self.page.click(".fm-menu-box > button")
        self.page.click(f".fm-menu-item[data-key={key}]")

    def told(self) -> list[str]:
        """Give the faults since this was last asked."""
        broken = "() => window.__violations?.splice(0) ?? []"
        faults = [*self.faults, *([] if self.page.is_closed() else self.page.evaluate(broken))]
        self.faults.clear()
        return faults

    def check(self, faults: list[str]) -> None:
        """Fail the test for faults."""
        assert not faults, "\n".join(fault[:600] for fault in faults[:8])

    def close(self) -> None:
        """Close the page; any fault that it had fails the test."""
        faults = self.told()
        self.page.context.close()
        self.check([*faults, *self.faults])


def rest(page: Page | Frame) -> None:
    """Wait until nothing moves on a page and its picture is whole."""
    page.wait_for_function(_AT_REST, timeout=PATIENCE)


def watch(page: Page, own: str) -> Watched:
    """Write down what a page asks for beside itself, and its errors."""
    watched = Watched(page)
    bad = watched.faults.append

    def request(url: str) -> None:
        if url.split("#")[0] != own and not url.startswith(("data:", "blob:", "about:")):
            bad(f"request {url}")

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            told in message.text for told in _OF_OTHERS
        ):
            bad(f"console {message.text}")

    page.on("request", lambda asked: request(asked.url))
    page.on("pageerror", lambda error: bad(f"error {error}"))
    page.on("console", console)
    page.on("dialog", lambda dialog: (bad(f"dialog {dialog.message}"), dialog.dismiss()))
    page.add_init_script(_LISTEN)
    return watched


@contextmanager
def opened(
    browser: Browser, path: Path, fragment: str = "", *, phone: bool = False, **how: Any
) -> Iterator[Watched]:
    """Open a page from the disk with the network cut; its faults fail the test at the end."""
    size = how.pop("viewport", PHONE if phone else DESKTOP)
    context = browser.new_context(
        viewport=size, has_touch=phone, offline=True, locale="en-GB", **how
    )
    context.set_default_timeout(PATIENCE)
    watched = watch(context.new_page(), path.as_uri())
    watched.page.goto(path.as_uri() + fragment)
    if how.get("java_script_enabled", True):
        watched.page.evaluate("() => frontiersMap.ready.then(() => true)")
    try:
        yield watched
    except BaseException:
        context.close()
        raise
    watched.close()


def facts_of(watched: Watched) -> dict[str, Any]:
    """The facts in a page, unpacked."""
    packed = watched.page.evaluate(
        "() => JSON.parse(document.getElementById('fm-facts').textContent)"
    )
    return dict(json.loads(bz2.decompress(base64.b64decode(packed))))
