"""The same function over many parts of a work: here one after the other, or on Dask.

Dask (the extra ``cluster``) does nothing but map: parts are cut, and their answers written, where
the command runs, so that workers need the package and no files. A part that a worker took with it
when it died is given to another.
"""

from __future__ import annotations

import logging
import warnings
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from frontiers_map.errors import CallError

__all__ = ["spread"]

Work = tuple[str, tuple[Any, ...]]
_WAIT_S = 10
_AHEAD = 2  # parts a worker that are under way at once: what is held is bounded


def spread(
    function: Callable[..., Any], works: Iterable[Work], scheduler: str | None = None
) -> Iterator[tuple[str, Any]]:
    """Call a function with the arguments of each work.

    Parameters
    ----------
    function
        Of a module of this package.
    works
        Names and arguments; taken as they are needed.
    scheduler
        Address of a scheduler of Dask, or a number of workers to start on this machine; None does
        it here.

    Yields
    ------
    (name, answer)
        As they are done, in any order; in place of an answer the exception that it ended with.

    Raises
    ------
    CallError
        If Dask is not installed, or no scheduler or no worker answers.
    """
    if scheduler is None:
        for name, arguments in works:
            try:
                answer = function(*arguments)
            except Exception as error:
                answer = error
            yield name, answer
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise CallError(
            "--scheduler: needs Dask; allowed: pip install 'frontiers-map[cluster]'"
        ) from error
    with _client(distributed, scheduler) as client, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph")  # a part is what is to be sent
        _await_workers(client, scheduler)
        waiting = iter(works)
        names: dict[str, str] = {}
        done = distributed.as_completed()

        def send() -> None:
            room = sum(client.nthreads().values()) * _AHEAD  # workers come and go
            for name, arguments in islice(waiting, max(room - len(names), not names)):
                future = client.submit(function, *arguments, pure=False)
                names[future.key] = name
                done.add(future)

        send()
        for future in done:
            try:
                answer = future.result()
            except (Exception, CancelledError) as error:
                answer = error
            name = names.pop(future.key)
            future.release()
            send()
            yield name, answer


def _client(distributed: Any, scheduler: str) -> Any:
    if scheduler.isascii() and scheduler.isdigit():
        if not 1 <= int(scheduler) <= 1024:
            raise CallError(f"--scheduler: found {scheduler}; allowed: 1 to 1,024 workers")
        return distributed.Client(
            n_workers=int(scheduler), threads_per_worker=1, dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )  # fmt: skip
    try:
        return distributed.Client(scheduler, timeout=_WAIT_S)
    except (OSError, ValueError) as error:
        raise CallError(
            f"--scheduler: no scheduler answers at '{scheduler}'; allowed: the address that "
            "'dask scheduler' tells, or a number of workers to start here"
        ) from error


def _await_workers(client: Any, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WAIT_S)
    except TimeoutError as error:
        raise CallError(
            f"--scheduler: {scheduler} has no worker; start one: dask worker {scheduler}"
        ) from error
