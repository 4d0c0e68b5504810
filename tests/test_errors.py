"""Problems are one line each, sorted, safe for a terminal, and the same as JSON."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import frontiers_map as fm
from frontiers_map import sea
from frontiers_map.errors import AtlasError, CallError, FrontiersMapError, Problem, one_line


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("a.csv", 3, "rome", "lat", "wrong"), "a.csv:3: rome.lat: wrong"),
        (Problem("a.csv", 3, "", "lat", "wrong"), "a.csv:3: lat: wrong"),
        (Problem("a.csv", 3, "rome", "", "wrong"), "a.csv:3: rome: wrong"),
        (Problem("a.csv", 0, "", "", "wrong"), "a.csv: wrong"),
    ],
)
def test_where_and_what(problem: Problem, line: str) -> None:
    assert str(problem) == line


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert len((one_line(text) + "x").splitlines()) == 1


@pytest.mark.parametrize("character", "\n\r\x1b\x00\u2028\u202e\u2066\u200f\ufeff\x85")
def test_what_could_deceive_in_a_terminal_is_spelt_out(character: str) -> None:
    told = str(Problem("a.csv", 1, f"ro{character}me", "lat", f"found {character}"))
    assert character not in told
    assert f"\\u{ord(character):04x}" in told


def test_many_problems_are_sorted_and_told_once() -> None:
    first, second = Problem("a", 2, "", "", "x"), Problem("a", 10, "", "", "x")
    error = AtlasError([second, first, second, Problem("b", 1, "", "", "x")])
    assert [str(problem) for problem in error.problems] == ["a:2: x", "a:10: x", "b:1: x"]
    assert str(error) == "a:2: x\na:10: x\nb:1: x"


def test_as_plain_values() -> None:
    problem = Problem("a.csv", 3, "rome", "lat", "wrong")
    assert problem.as_dict() == {
        "file": "a.csv", "line": 3, "feature": "rome", "field": "lat", "problem": "wrong"
    }  # fmt: skip


def test_what_callers_can_catch() -> None:
    assert issubclass(AtlasError, FrontiersMapError)
    assert issubclass(CallError, FrontiersMapError)
    assert issubclass(AtlasError, ValueError)
    assert fm.AtlasError is AtlasError
    assert fm.Problem is Problem


@pytest.mark.parametrize(
    "error",
    [
        AtlasError([Problem("a.csv", 3, "rome", "lat", "wrong")]),
        CallError("found 'x'; allowed: y"),
        sea.OnLand((10.0, 50.0), (8.0, 54.0), 460.0, 20.0),
        sea.NoWayBySea((1.0, 2.0), (3.0, 4.0), ["suez", "bab_el_mandeb"], True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_back_whole_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
