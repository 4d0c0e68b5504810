"""Build the pages of an atlas, serve them on this machine alone, and build again on each change.

Only what was built is served, from memory, and only to a browser that asks for this machine by its
name: a page of elsewhere whose name leads here is refused (DNS rebinding).
"""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from frontiers_map.builder import build
from frontiers_map.cache import Cache
from frontiers_map.errors import AtlasError, CallError, one_line

__all__ = ["Preview", "serve"]

_HOST: Final = "127.0.0.1"
_NAMES: Final = (_HOST, "localhost")
_PATIENCE: Final = 25.0  # seconds until a question is answered that nothing has happened
_SCRIPT: Final = "live.js"
_EMPTY: Final = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>frontiers-map</title>\n'
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; script-src 'none'\"></head><body>\n</body></html>\n"
)
_POLICY: Final = re.compile(r"(Content-Security-Policy\" content=\"[^\"]*?script-src )('none')?")


class Preview:
    """The last pages of an atlas that could be built, and what is wrong with it since.

    Attributes
    ----------
    pages
        Name to bytes, as built; empty until the first build.
    page, state
        How many different builds there were, and how many times anything was told.
    told
        Why there is no newer one, a line each; empty if nothing is wrong.
    """

    def __init__(self, atlas: Path, cache: Cache, progress: Callable[[str], None]) -> None:
        self.atlas, self._cache, self._progress = atlas, cache, progress
        self.pages: Mapping[str, bytes] = {}
        self.page = self.state = 0
        self.told = ""
        self._news = threading.Condition()

    def build(self) -> None:
        """Build the pages, or find out why they cannot be."""
        start = time.monotonic()
        with tempfile.TemporaryDirectory(
            prefix="frontiers-map-", ignore_cleanup_errors=True
        ) as folder:
            try:
                report = build(self.atlas, Path(folder) / "output", only=["web"], cache=self._cache)
                names = [name for name in report.made if name.endswith(".html")]
                pages = {name: (report.output / name).read_bytes() for name in names}
                told = ""
            except (AtlasError, CallError) as error:
                pages, told = {}, str(error)
            except Exception as error:  # the next change may mend it, whatever it was
                pages, told = {}, f"our fault: {type(error).__name__}: {one_line(str(error))}"
        self._progress(told or f"built in {time.monotonic() - start:.1f} s")
        with self._news:
            if pages and pages != self.pages:
                self.pages, self.page = pages, self.page + 1
            self.told, self.state = told, self.state + 1
            self._news.notify_all()

    def watch(self, stop: threading.Event) -> None:
        """Build, and again after each change in the folder of the atlas, until told to stop."""
        from watchfiles import watch

        changed = threading.Event()

        def look() -> None:
            for _ in watch(self.atlas, stop_event=stop, raise_interrupt=False):
                changed.set()
            changed.set()

        # what changes while a build runs asks for the next one
        threading.Thread(target=look, daemon=True).start()
        while not stop.is_set():
            self.build()
            changed.wait()
            changed.clear()

    def news(self, state: int) -> dict[str, Any]:
        """Give what there is, when it is newer than `state`, or after a while."""
        with self._news:
            self._news.wait_for(lambda: self.state != state, _PATIENCE)
            return {"state": self.state, "page": self.page, "told": self.told}

    def shown(self, name: str) -> bytes | None:
        """Give a page that follows the next builds; an empty one until there is any."""
        with self._news:
            pages, number = self.pages, self.page
        if not name:
            name = "index.html" if "index.html" in pages else next(iter(pages), "")
        content = pages.get(name) if pages else _EMPTY.encode()
        if content is None:
            return None
        text = content.decode()
        # the page's policy allows what stands in it: this script from here, and its questions
        text = _POLICY.sub(r"\1'self' ", text, count=1).replace(
            "default-src 'none';", "default-src 'none'; connect-src 'self';", 1
        )
        head, _, tail = text.rpartition("</body>")
        script = f'<script src="/{_SCRIPT}" data-page="{number}"></script>\n'
        return f"{head}{script}</body>{tail}".encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers for one preview."""

    preview: Preview
    hosts: frozenset[str]
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Give a page, the script that follows it, or what is new."""
        if self.headers.get("Host", "").lower() not in self.hosts:
            self._answer(
                403, b"found another host; allowed: 127.0.0.1 or localhost\n", "text/plain"
            )
            return
        parts = urlsplit(self.path)
        name = parts.path.removeprefix("/")
        if name == "state":
            known = int(parts.query) if re.fullmatch("[0-9]{1,9}", parts.query) else -1
            told = json.dumps(self.preview.news(known)).encode()
            self._answer(200, told, "application/json")
        elif name == _SCRIPT:
            code = files("frontiers_map.serving").joinpath(_SCRIPT).read_bytes()
            self._answer(200, code, "text/javascript")
        elif (page := self.preview.shown(name)) is not None:
            self._answer(200, page, "text/html")
        else:
            self._answer(404, b"no such page\n", "text/plain")

    def _answer(self, code: int, content: bytes, kind: str) -> None:
        self.send_response(code)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(content)
        except ConnectionError:  # whoever asked has left
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: builds are told, not who looks."""


def serve(
    atlas: Path,
    port: int,
    cache: Cache,
    started: Callable[[str], None],
    progress: Callable[[str], None],
) -> None:
    """Serve the pages of an atlas until the keyboard interrupts.

    Parameters
    ----------
    atlas
        Its folder.
    port
        Where; 0 for one that is free.
    cache
        Where results may be kept between builds.
    started
        Called with the address when it answers.
    progress
        Called with a line, or the problems, after each build.

    Raises
    ------
    CallError
        If the port is taken, the folder is none, or watchfiles is not installed.
    """
    if find_spec("watchfiles") is None:  # asked before anything begins
        raise CallError("serve: needs watchfiles; allowed: pip install 'frontiers-map[serve]'")
    if not atlas.is_dir():
        raise CallError(f"{atlas}: no such folder; allowed: a folder with an atlas in it")
    preview = Preview(atlas, cache, progress)

    class Handler(_Handler):
        """That of this preview."""

    Handler.preview = preview
    try:
        server = ThreadingHTTPServer((_HOST, port), Handler)
    except OSError as error:
        raise CallError(f"--port: found {port}: {error.strerror}; allowed: a free one") from error
    Handler.hosts = frozenset(f"{name}:{server.server_port}" for name in _NAMES)
    stop = threading.Event()
    with server, contextlib.suppress(KeyboardInterrupt):
        started(f"http://{_HOST}:{server.server_port}/")
        threading.Thread(target=preview.watch, args=(stop,), daemon=True).start()
        try:
            server.serve_forever()
        finally:
            stop.set()
