"""Problems told to people: one line each, place first, so that an editor can jump to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["AtlasError", "CallError", "FrontiersMapError", "Problem", "Sendable", "in_lines"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    file
        Path of the file as the user would name it, for example ``geodata/places.csv``.
    line
        Line in the file, counted from 1; 0 where no line can be told.
    feature
        Id of the feature or row, empty if it has none.
    field
        Column, property or key, empty where the whole row or file is meant.
    text
        What was found and what is allowed, in one line.
    """

    file: str
    line: int
    feature: str
    field: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        subject = ".".join(part for part in (self.feature, self.field) if part)
        return one_line(f"{where}: {subject}: {self.text}" if subject else f"{where}: {self.text}")

    def as_dict(self) -> dict[str, str | int]:
        """Give the same as a plain mapping, for ``--format json``."""
        return {
            "file": self.file,
            "line": self.line,
            "feature": self.feature,
            "field": self.field,
            "problem": self.text,
        }


def in_lines(problems: Sequence[Problem], most: int = 20) -> list[str]:
    """Say problems in a line each; of more than `most` of one kind in one column the first few.

    Examples
    --------
    >>> many = [Problem("a.csv", n, f"x{n}", "lat", f"found '{n}'; allowed: 0") for n in range(99)]
    >>> len(in_lines(many)), in_lines(many)[-1]
    (4, 'a.csv: lat: … and 96 more of this kind, in lines 3 to 98')
    """
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        kind = re.sub(r"'[^']*'|[-+\d.]+", "", problem.text)
        kinds.setdefault((problem.file, problem.field, kind), []).append(problem)
    told = []
    for (file, field, _), mine in kinds.items():
        few = mine if len(mine) <= most else mine[:3]
        told += [(problem, str(problem)) for problem in few]
        if len(few) < len(mine):
            rest = f"… and {len(mine) - 3} more of this kind"
            where = f", in lines {mine[3].line} to {mine[-1].line}" if mine[-1].line else ""
            line = ": ".join(part for part in (file, field, rest + where) if part)
            told.append((mine[2], one_line(line)))
    order = {id(problem): number for number, problem in enumerate(problems)}
    return [line for _, line in sorted(told, key=lambda pair: order[id(pair[0])])]


class Sendable(Exception):  # not raised itself
    """An error that crosses processes whole, whatever its constructor takes.

    Pickle calls the constructor of an error with its message alone: one that takes more than that
    broke the pool that its worker belonged to.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[Sendable], args: tuple[Any, ...], state: dict[str, Any]) -> Sendable:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class FrontiersMapError(Sendable):
    """Base of the errors that this package raises on purpose."""


class AtlasError(FrontiersMapError, ValueError):
    """An atlas folder has problems; all of them are in ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(in_lines(self.problems)))


class CallError(FrontiersMapError, ValueError):
    """What was asked for cannot be done as asked; ``lines`` are for the person who asked."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, a line each."""
        return self.args

    def __str__(self) -> str:
        return "\n".join(self.args)


def one_line(text: str) -> str:
    """Make `text` safe to print in a terminal: no line breaks, no control or bidi characters."""
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in text
    )
