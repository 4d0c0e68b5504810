"""Firefox without a driver: its own remote protocol (WebDriver BiDi) over a plain socket."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

# No request gets out (a proxy that is not there), none is made by Firefox for itself.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.tabs.remote.autostart": True,
    "toolkit.telemetry.enabled": False,
}


def firefox_path() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Socket:
    """As much of a WebSocket client as a test needs: text frames, masked, in one piece."""

    def __init__(self, wire: socket.socket, port: int) -> None:
        self.raw = wire
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.raw.recv(4096)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0], head

    def send(self, text: str) -> None:
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        head = b"\x81"
        if size < 126:
            head += bytes([0x80 | size])
        else:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.raw.sendall(head + mask + masked)

    def _take(self, count: int) -> bytes:
        while len(self.rest) < count:
            more = self.raw.recv(65536)
            assert more, "Firefox has gone"
            self.rest += more
        out, self.rest = self.rest[:count], self.rest[count:]
        return out

    def receive(self) -> str:
        whole = b""
        while True:
            first, size = self._take(2)
            if size == 126:
                (size,) = struct.unpack(">H", self._take(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self._take(8))
            whole += self._take(size)
            if first & 0x80:
                return whole.decode()


class Firefox:
    """One tab of Firefox, and everything it has asked for or complained of."""

    def __init__(self, connection: Socket) -> None:
        self.socket, self.count = connection, 0
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.count:
                assert message["type"] == "success", message
                return dict(message["result"])
            self._event(message)

    def _event(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("method") == "network.beforeRequestSent":
            self.requests.append(params["request"]["url"])
        elif message.get("method") == "log.entryAdded" and params.get("level") == "error":
            self.errors.append(str(params.get("text")))

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Give the value of an expression that is text, a number, a truth or null."""
        answer = self.call(
            "script.evaluate", expression=expression, awaitPromise=True,
            target={"context": self.context},
        )  # fmt: skip
        assert answer["type"] == "success", answer.get("exceptionDetails", {}).get("text")
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression is true, looked at in every frame."""
        self.evaluate(
            "new Promise((done) => { const look = () => "
            f"(({condition}) ? done(true) : requestAnimationFrame(look)); look(); }})"
        )

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self.context, viewport=size)

    def screenshot(self, target: Path) -> None:
        shot = self.call("browsingContext.captureScreenshot", context=self.context)
        target.write_bytes(base64.b64decode(shot["data"]))

    def press(self, *keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keys", "actions": actions}
        self.call("input.performActions", context=self.context, actions=[source])


@contextmanager
def started(profile: Path) -> Iterator[Firefox]:
    """Start Firefox with a profile of its own, and end it."""
    path = firefox_path()
    assert path
    profile.mkdir(parents=True, exist_ok=True)
    lines = (f'user_pref("{key}", {json.dumps(value)});' for key, value in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    process = subprocess.Popen(
        [path, "--headless", "--no-remote", "--remote-debugging-port", "0",
         "--profile", str(profile)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, "HOME": str(profile)},
    )  # fmt: skip
    said: list[str] = []
    listener = Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    try:
        port = _port(process)
        listener.start()
        # As patient as the test itself: on a busy machine an answer may take minutes.
        with closing(socket.create_connection(("127.0.0.1", port))) as wire:
            yield Firefox(Socket(wire, port))
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()
        process.wait()
        if listener.ident:
            listener.join(60)
        assert process.stdout
        process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    """Wait for the line in which Firefox says at what port it listens."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"ws://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise AssertionError(f"Firefox ended: {''.join(said)}")
