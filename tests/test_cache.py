"""The cache gives back what it was given, or nothing; it never fails and never lies."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontiers_map.cache import FolderCache, NoCache, content_key, user_cache


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


def test_where_the_users_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache().folder.name == "frontiers-map"
