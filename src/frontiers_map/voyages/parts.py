"""Tables of pairs, and matrices, that no memory holds: cut into parts, each answered by itself.

A table in Parquet is sorted by what is closed to whom and by origin, in files beside the output,
so that a part asks few searches for many rows. Which rows are of which part depends on the table
alone, and so do the bytes of its answers, whoever gives them.
"""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from frontiers_map._version import __version__
from frontiers_map.errors import CallError
from frontiers_map.sea.packaged import made_of
from frontiers_map.voyages.any_table import of_frame
from frontiers_map.voyages.columns import option
from frontiers_map.voyages.lengths import lengths
from frontiers_map.voyages.pairs import asked_columns, carried_names, route_table
from frontiers_map.voyages.spread import Work, spread
from frontiers_map.voyages.vessels import Vessel
from frontiers_map.voyages.voyage import KNOTS, End
from frontiers_map.voyages.world import World

__all__ = ["Done", "Terms", "matrix_parts", "route_parts"]

ROWS = 250_000  # of a part
CELLS = 500_000  # of a part of a matrix
_FILES = 200  # that are open at once
_REASONS = 20

_TEXTS = ("id", "from", "to", "via", "close", "open", "ship", "gates", "error")
_NUMBERS = (
    "draught_m", "speed_kn", "nm", "km", "days", "moved_from_km", "moved_to_km", "dwt", "fuel_t",
    "co2_t",
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """Under what all ways are asked for: what `routes` takes besides the pairs.

    Attributes
    ----------
    atlas : bytes or None
        The atlas, pickled, as workers have no file of it; None is the packaged one.
    area : geometry or None
        What to keep out of.
    """

    via: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    ship: str | None = None
    draught: float | None = None
    speed: float = KNOTS
    dwt: float | None = None
    snap: float | None = None
    atlas: bytes | None = None
    area: BaseGeometry | None = None

    def of(self, world: World, folder: Path | None = None) -> Terms:
        """Take atlas (the packaged one if no folder) and area of a world, and check the rest.

        Raises
        ------
        CallError
            If a gate or a ship is unknown.
        """
        Vessel.asked(world.atlas.ships, self.ship, self.draught)
        world.gate_ids((*self.close, *self.opened))
        atlas = None if folder is None else pickle.dumps(world.atlas)
        terms = replace(self, atlas=atlas, area=world.area)
        _WORLDS[:] = [(terms.key, world)]  # what is loaded here need not be loaded again
        return terms

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes another world."""
        area = None if self.area is None else self.area.wkb
        return self.snap, hashlib.sha256(self.atlas or b"").digest(), area


@dataclass
class Done:
    """What came of a part, or of all.

    Attributes
    ----------
    rows, failed : int
    reasons : Counter
        Why pairs failed, and how often; the most frequent.
    parquet : bytes
        The table of a part.
    digest : str
        SHA-256 of the names and hashes of all parts.
    bad : list of str
        Parts that could not be read or answered, and why.
    """

    rows: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    parquet: bytes = b""
    digest: str = ""
    bad: list[str] = field(default_factory=list)


def route_parts(
    path: Path,
    folder: Path,
    terms: Terms,
    *,
    scheduler: str | None = None,
    rows: int = ROWS,
    progress: Callable[[str], None] | None = None,
) -> Done:
    """Route the pairs of a Parquet file, or of a folder of such files, into a folder.

    Parameters
    ----------
    path
    folder
        New or empty: ``part-00000.parquet`` and so on, without lines. ``id`` tells the row: its
        own, or its number from 1 on.
    terms
    scheduler
        As `spread.spread` takes it.
    rows
        Of a part, at most.
    progress

    Raises
    ------
    CallError
        If the table has no two ends, or the folder cannot take the answers. What is wrong with a
        row stands in its `error`, what is wrong with a part in `bad`.
    """
    table = _Table.open(path)
    whole = Done()
    _prepare(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".sorted-", dir=folder) as beside:
            parts = table.sorted_into(Path(beside), rows, whole.bad)
            works = (
                (f"part-{n:05}", (terms, _stamp(), str(path), part)) for n, part in enumerate(parts)
            )
            answers = spread(_route_part, works, scheduler)
            return _collected(whole, folder, answers, table.count, progress)
    except OSError as error:
        raise CallError(f"{folder}: cannot be written: {error.strerror or error}") from error


def matrix_parts(
    starts: Sequence[End],
    ends: Sequence[End],
    folder: Path,
    terms: Terms,
    *,
    scheduler: str | None = None,
    cells: int = CELLS,
    progress: Callable[[str], None] | None = None,
) -> Done:
    """Route from every start to every end, into a folder: a row a way, as `lengths` has it.

    Parameters and errors are those of `route_parts`; a part is as many starts as have `cells` ways.
    """
    _prepare(folder)
    many = max(cells // len(ends), 1)
    works: Iterator[Work] = (
        (f"part-{n:05}", (terms, _stamp(), tuple(starts[begin : begin + many]), tuple(ends)))
        for n, begin in enumerate(range(0, len(starts), many))
    )
    todo = len(starts) * len(ends)
    try:
        return _collected(Done(), folder, spread(_matrix_part, works, scheduler), todo, progress)
    except OSError as error:
        raise CallError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CallError(f"{folder}: found a folder with files; allowed: a new or an empty one")
    except OSError as error:
        raise CallError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _collected(
    whole: Done,
    folder: Path,
    answers: Iterable[tuple[str, Any]],
    todo: int,
    progress: Callable[[str], None] | None,
) -> Done:
    """Write parts as they come."""
    digests = {}
    for name, part in answers:
        if isinstance(part, Exception):
            whole.bad.append(f"{name}: {type(part).__name__}: {part}")
            continue
        beside = folder / f".{name}.new"
        beside.write_bytes(part.parquet)
        beside.replace(folder / f"{name}.parquet")
        digests[name] = hashlib.sha256(part.parquet).hexdigest()
        whole.rows += part.rows
        whole.failed += part.failed
        whole.reasons = Counter(dict((whole.reasons + part.reasons).most_common(_REASONS)))
        if progress is not None:
            progress(f"{whole.rows:,} of {todo:,} rows, {name}")
    told = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    whole.digest = hashlib.sha256(told.encode()).hexdigest()
    whole.bad.sort()
    return whole


# ---------------------------------------------------------------------- what a worker does

_WORLDS: list[tuple[Any, World]] = []
_ONE = threading.Lock()  # a world serves one thread at a time


def _stamp() -> str:
    return f"{__version__}, sea {made_of(files('frontiers_map.sea'))[:12]}"


def _world(terms: Terms, stamp: str) -> World:
    """Load a world once a process, if it is that of whom it serves."""
    if stamp != _stamp():
        raise CallError(f"found a worker with version {_stamp()}; allowed: {stamp}, as here")
    if not _WORLDS or _WORLDS[0][0] != terms.key:
        if terms.atlas is None:
            world = World.load(snap=terms.snap)
        else:
            world = World.of(pickle.loads(terms.atlas), snap=terms.snap)
        _WORLDS[:] = [(terms.key, world if terms.area is None else world.keeping_out(terms.area))]
    return _WORLDS[0][1]


def _route_part(terms: Terms, stamp: str, place: str, part: bytes) -> Done:
    """Answer a part: each question once, however many rows ask it."""
    table = pa.ipc.open_stream(part).read_all()
    _, says = asked_columns(place, table.column_names)
    plain = pd.DataFrame({n: _plain(table, n) for n in says})
    which = plain.groupby(says, dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(which, return_index=True)
    given = of_frame(table.select(says).take(pa.array(first)).to_pandas(), place)
    with _ONE:
        found = route_table(
            _world(terms, stamp), given, via=terms.via, close=terms.close, opened=terms.opened,
            ship=terms.ship, draught=terms.draught, speed=terms.speed, dwt=terms.dwt, lines=False,
        )  # fmt: skip
    answers = found.table.drop(columns="geometry")[
        [name for name in found.table.columns if name in (*_TEXTS, *_NUMBERS)]
    ]
    own = _arrow(answers).take(pa.array(which))
    ids = next(n for n, name in enumerate(table.column_names) if option(name) == "id")
    own = own.set_column(0, "id", table.column(ids))
    for number, name in carried_names(table.column_names, own.column_names).items():
        own = own.append_column(name, table.column(number))
    return _done(own)


def _matrix_part(terms: Terms, stamp: str, starts: Sequence[End], ends: Sequence[End]) -> Done:
    with _ONE:
        world = _world(terms, stamp)
        found = lengths(
            world, starts, ends, via=terms.via, close=terms.close, opened=terms.opened,
            vessel=Vessel.asked(world.atlas.ships, terms.ship, terms.draught), speed=terms.speed,
        )  # fmt: skip
    return _done(_arrow(found.table))


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """Give columns the same types in all parts, also where a part has no value."""
    columns = {}
    for name in frame.columns:
        if name in _NUMBERS:
            columns[name] = pa.array(frame[name].astype(float), pa.float64(), from_pandas=True)
        else:
            cells = [x if isinstance(x, str) else ";".join(x) for x in frame[name]]
            columns[name] = pa.array(cells, pa.string())
    return pa.table(columns)


def _done(table: pa.Table) -> Done:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    errors = table.column("error")
    bad = errors.filter(pc.not_equal(errors, ""))
    reasons = Counter({
        count["values"]: count["counts"] for count in pc.value_counts(bad).to_pylist()
    })  # fmt: skip
    few = Counter(dict(reasons.most_common(_REASONS)))
    return Done(len(table), len(bad), few, sink.getvalue().to_pybytes())


# ---------------------------------------------------------------------- sorted into parts


@dataclass
class _Table:
    """A Parquet table, read in pieces.

    Attributes
    ----------
    pieces : list
        Row groups, each with the number of its first row.
    """

    place: Path
    schema: pa.Schema
    pieces: list[tuple[str, ds.Fragment, int, int]]
    count: int

    @classmethod
    def open(cls, path: Path) -> _Table:
        """Look at files and row groups, read none.

        Raises
        ------
        CallError
            If it is no Parquet, has no two ends, or columns of one name.
        """
        try:
            table = ds.dataset(path, format="parquet", partitioning="hive")
            fragments = sorted(table.get_fragments(), key=lambda part: str(part.path))
            pieces, count = [], 0
            for whole in fragments:
                for group in whole.split_by_row_group():
                    (info,) = group.row_groups
                    name = f"{whole.path}: row group {info.id}"
                    pieces.append((name, group, count + 1, int(info.num_rows)))
                    count += int(info.num_rows)
        except (OSError, ValueError) as error:
            raise CallError(f"{path}: not Parquet that can be read: {error}") from error
        header = table.schema.names
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise CallError(
                f"{path}: found columns of one name: {', '.join(twice)}; allowed: each once"
            )
        asked_columns(str(path), header)
        return cls(path, table.schema, pieces, count)

    def sorted_into(self, beside: Path, rows: int, bad: list[str]) -> Iterator[bytes]:
        """Sort the table into files, and give it back in parts.

        A slot is what rows share that a search can share: what they close and to whom, and where
        they start. Parts are runs of slots in order, and of one that is too big pieces.
        """
        counts: Counter[int] = Counter()
        good = []
        for piece in self.pieces:
            read = self._read(piece, bad)
            if read is not None:
                slots, many = np.unique(self._slots(read), return_counts=True)
                counts.update(dict(zip(slots.tolist(), many.tolist(), strict=True)))
                good.append(piece)
        room, held = max(rows, self.count // _FILES), rows
        begins: list[int] = []
        for slot in sorted(counts):
            if not begins or held + counts[slot] > room:
                begins.append(slot)
                held = 0
            held += counts[slot]
        with ExitStack() as stack:
            writers: dict[int, pa.RecordBatchFileWriter] = {}
            for piece in good:
                if (read := self._read(piece, bad)) is None:
                    continue
                file = np.searchsorted(np.array(begins), self._slots(read), side="right") - 1
                order = np.argsort(file, kind="stable")
                numbers, first = np.unique(file[order], return_index=True)
                read, ends = read.take(pa.array(order)), [*first[1:].tolist(), len(order)]
                for number, begin, end in zip(numbers.tolist(), first.tolist(), ends, strict=True):
                    if number not in writers:
                        writers[number] = stack.enter_context(
                            pa.ipc.new_file(beside / f"{number}.arrow", read.schema)
                        )
                    writers[number].write_table(read.slice(begin, end - begin))
        for number in range(len(begins)):
            with pa.memory_map(str(beside / f"{number}.arrow")) as source:
                whole = pa.ipc.open_file(source).read_all()
                for begin in range(0, len(whole), rows):
                    yield _bytes(whole.slice(begin, rows))
            (beside / f"{number}.arrow").unlink()

    def _read(self, piece: tuple[str, ds.Fragment, int, int], bad: list[str]) -> pa.Table | None:
        """Read a row group, with an id for each row."""
        name, group, first, rows = piece
        try:
            read = group.to_table(schema=self.schema)
        except (OSError, ValueError, pa.ArrowException) as error:
            told = f"{name} ({rows:,} rows from {first:,} on): cannot be read: {error}"
            if told not in bad:
                bad.append(told)
            return None
        numbers = pc.cast(pa.array(np.arange(first, first + len(read))), pa.string())
        own = [n for n, column in enumerate(read.column_names) if option(column) == "id"]
        if not own:
            return read.append_column("id", numbers)
        ids = pc.cast(read.column(own[0]), pa.string())
        ids = pc.if_else(pc.fill_null(pc.equal(ids, ""), True), numbers, ids)
        return read.set_column(own[0], read.column_names[own[0]], ids)

    def _slots(self, read: pa.Table) -> NDArray[np.int64]:
        starts, says = asked_columns(str(self.place), read.column_names)
        names = read.column_names
        under = [n for n in says if option(names[n])]
        one, two = (self._hashed(read, columns) for columns in (under, starts))
        return (one << 16 | two).astype(np.int64)

    @staticmethod
    def _hashed(read: pa.Table, columns: Sequence[int]) -> NDArray[np.uint64]:
        """Give 16 bits a row for what stands in some columns."""
        found = np.zeros(len(read), np.uint64)
        for n in columns:
            cells = _plain(read, n)
            found = found * np.uint64(31) + pd.util.hash_array(cells.to_numpy())
        return found & np.uint64(0xFFFF)


def _plain(table: pa.Table, column: int) -> pd.Series:
    """Give a column as what can be told apart: lists and structs as text."""
    cells = table.column(column).to_pandas()
    return cells.map(str) if pa.types.is_nested(table.schema.field(column).type) else cells


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return bytes(sink.getvalue().to_pybytes())
