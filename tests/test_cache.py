"""The cache gives back what it was given, or nothing; it never fails and never lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import frontiers_map
from frontiers_map.cache import FolderCache, NoCache, content_key, user_cache
from helpers import CommandLine


def test_kept_and_given_back(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "deep" / "cache")
    assert cache.get("a") is None
    cache.put("a", b"one")
    cache.put("b", b"")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"one", b"", None)
    cache.put("a", b"two")
    assert cache.get("a") == b"two"


def test_no_cache_keeps_nothing() -> None:
    cache = NoCache()
    cache.put("a", b"one")
    assert cache.get("a") is None


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "foreign"])
def test_a_damaged_file_is_not_believed(tmp_path: Path, damage: str) -> None:
    cache = FolderCache(tmp_path)
    cache.put("a", b"content" * 100)
    (path,) = tmp_path.iterdir()
    stored = path.read_bytes()
    path.write_bytes(
        {
            "cut": stored[:-1],
            "flip": stored[:50] + bytes([stored[50] ^ 1]) + stored[51:],
            "empty": b"",
            "foreign": b"something else that is longer than a checksum",
        }[damage]
    )
    assert cache.get("a") is None
    cache.put("a", b"again")
    assert cache.get("a") == b"again"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = FolderCache(tmp_path / "file" / "cache")
    cache.put("a", b"one")
    assert cache.get("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_place_of_an_entry_is_no_error(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.put("a", b"one")
    (path,) = tmp_path.iterdir()
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    cache.put("a", b"two")
    assert cache.get("a") is None
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, mode: str) -> None:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("frontiers_map.cache.os.fdopen", full)
    cache = FolderCache(tmp_path)
    cache.put("a", b"one")
    assert cache.get("a") is None
    assert list(tmp_path.iterdir()) == []


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "cache")
    cache.put("../../outside", b"one")
    cache.put("/etc/passwd", b"two")
    assert cache.get("../../outside") == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_many_writers_of_one_key(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    contents = [bytes([number]) * 10_000 for number in range(8)]
    seen: list[bytes | None] = []

    def work(content: bytes) -> None:
        for _ in range(20):
            cache.put("a", content)
            seen.append(cache.get("a"))

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) <= set(contents)
    assert len(list(tmp_path.iterdir())) == 1


SIMPLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.lists(SIMPLE | st.binary(max_size=6), max_size=4))
def test_a_key_depends_on_every_part_and_where_it_ends(parts: list[object]) -> None:
    key = content_key(*parts)
    assert key == content_key(*parts)
    assert key != content_key(*parts, "")
    assert key != content_key("", *parts)


def test_parts_do_not_run_together() -> None:
    assert content_key(b"ab", b"c") != content_key(b"a", b"bc")
    assert content_key({"a": 1, "b": 2}) == content_key({"b": 2, "a": 1})


def test_a_file_that_took_anothers_place_is_not_believed(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.put("a", b"one")
    (one,) = tmp_path.iterdir()
    cache.put("b", b"two")
    (other,) = set(tmp_path.iterdir()) - {one}
    other.write_bytes(one.read_bytes())
    assert (cache.get("a"), cache.get("b")) == (b"one", None)


def test_what_was_used_least_recently_goes_first(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, most_bytes=350)
    for key in "abc":
        cache.put(key, b"x" * 68)  # 100 with its checksum
    (tmp_path / "not ours").write_bytes(b"y" * 1000)
    ages = {path.name: 1000 + number for number, path in enumerate(sorted(tmp_path.iterdir()))}
    for name, age in ages.items():
        os.utime(tmp_path / name, (age, age))
    oldest = min("abc", key=lambda key: ages[cache._path(key).name])
    assert cache.get(oldest) is not None  # and so it is the newest
    second = min(set("abc") - {oldest}, key=lambda key: ages[cache._path(key).name])
    cache.put("d", b"x" * 68)
    left = {key for key in "abcd" if cache.get(key) is not None}
    assert left == {*"abcd"} - {second}
    assert (tmp_path / "not ours").exists()


def test_more_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, most_bytes=100)
    cache.put("a", b"x" * 200)
    assert list(tmp_path.iterdir()) == []


CHANGED = """
import sys
from pathlib import Path
from frontiers_map.cache import FolderCache
cache = FolderCache(Path(sys.argv[1]))
print(cache.get("a"))
cache.put("a", b"one")
"""


@pytest.mark.parametrize(
    "file", ["analysis/joins.py", "sea/kernels.py", "language/words/it.toml", "sea/ways.bin"]
)
def test_a_change_of_the_code_is_seen(tmp_path: Path, file: str) -> None:
    """In a copy of the package, one changed byte anywhere makes what was kept unknown."""
    copy = tmp_path / "copy" / "frontiers_map"
    shutil.copytree(
        Path(frontiers_map.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__")
    )

    def told() -> str:
        return subprocess.run(
            [sys.executable, "-c", CHANGED, tmp_path / "cache"],
            env={**os.environ, "PYTHONPATH": str(copy.parent)},
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip

    assert [told(), told()] == ["None", "b'one'"]
    changed = copy / file
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert [told(), told()] == ["None", "b'one'"]


def test_cache_clear(tmp_path: Path, command: CommandLine) -> None:
    home = tmp_path / "home"
    kept = home / "frontiers-map"
    found = command.fresh("cache", "clear", cwd=tmp_path, XDG_CACHE_HOME=str(home))
    assert (found.code, found.out) == (0, f"0 files, 0.0 MB, removed from {kept}\n")
    cache = FolderCache(kept)
    cache.put("a", b"x" * 1_000_000)
    left = kept / ".new-left-by-a-crash"
    left.write_bytes(b"")
    later = time.time() + 60
    os.utime(left, (later, later))  # the last to go, when nothing is left to make room for
    (kept / "mine.txt").write_bytes(b"")
    found = command.fresh("cache", "clear", cwd=tmp_path, XDG_CACHE_HOME=str(home))
    assert (found.code, found.out) == (0, f"2 files, 1.0 MB, removed from {kept}\n")
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]


def test_where_the_users_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache().folder.name == "frontiers-map"
