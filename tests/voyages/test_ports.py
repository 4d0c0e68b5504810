"""Harbours by name: what people type finds the harbour, or what it could be is told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontiers_map.errors import CallError
from frontiers_map.voyages.ports import (
    Port,
    Ports,
    key,
    packaged,
)

ALL = packaged().all
ANY = st.sampled_from(ALL)
SPELT = {port.id: {key(name) for name in (port.name, *port.also)} for port in ALL}


@settings(deadline=None)
@given(ANY)
def test_each_harbour_answers_to_its_own_code(port: Port) -> None:
    assert packaged().find(port.id) == port
    named = [other for other in ALL if key(port.id) in SPELT[other.id]]
    assert packaged().find(port.id.lower()) == (named[0] if named else port)


@settings(deadline=None)
@given(ANY)
def test_a_name_finds_its_harbour_or_tells_all_that_bear_it(port: Port) -> None:
    try:
        found, told = packaged().find(port.name).id, ""
    except CallError as error:
        found, told = "", str(error)
    assert found == port.id or port.id in told or "more; allowed" in told


@settings(deadline=None)
@given(ANY)
def test_accents_case_and_spaces_do_not_count(port: Port) -> None:
    plain = unicodedata.normalize("NFKD", port.name).encode("ascii", "ignore").decode()
    for spelling in (port.name.upper(), f"  {port.name} ", port.name.replace(" ", "-"), plain):
        assert key(spelling) == key(port.name)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("rotterdam", "NLRTM"),
        ("nl rtm", "NLRTM"),
        ("Anvers", "BEANR"),
        ("ナポリ", "ITNAP"),
        ("東京", "JPTYO"),
        ("上海", "CNSGH"),
        ("CNSHA", "CNSGH"),  # the code by which everybody knows it; the index has another
        ("Pusan", "KRPUS"),
        ("Göteborg", "SEGOT"),
        ("newport,gb", "GBNPT"),
        ("Le Havre", "FRLEH"),
        ("Bombay", "INBOM"),
        ("Puntarenas", "CRPAS"),
    ],
)
def test_what_people_type(asked: str, code: str) -> None:
    assert packaged().find(asked).id == code


@pytest.mark.parametrize("name", ["boston", "Newport", "kochi", "Sydney", "Cartagena"])
def test_two_of_a_name_are_told_with_their_countries(name: str) -> None:
    with pytest.raises(CallError) as told:
        packaged().find(name)
    bearing = [port for port in ALL if key(name) in SPELT[port.id]]
    assert len({port.country for port in bearing}) > 1
    assert all(str(port) in str(told.value) for port in bearing)


@pytest.mark.parametrize(
    ("typed", "meant"), [("Ras Lafan", "QARLF"), ("Rotterdm", "NLRTM"), ("Alexandira", "EGALY")]
)
def test_a_slip_proposes_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(LookupError, match=meant):
        packaged().find(typed)


def test_the_order_of_harbours_does_not_count() -> None:
    shuffled = Ports(reversed(ALL))
    for name in ("xyzzy", "Ras Lafan", "boston"):
        told = []
        for ports in (packaged(), shuffled):
            with pytest.raises((CallError, LookupError)) as error:
                ports.find(name)
            told.append(str(error.value))
        assert told[0] == told[1]


def test_the_nearest_come_first() -> None:
    found = packaged().near(139.0, 35.0, 5)
    assert [km for _, km in found] == sorted(km for _, km in found)
    assert {"JPTGO", "JPSMD"} <= {port.id for port, _ in found}
