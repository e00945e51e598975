"""Transactions that are done again when another writer's came first."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import duckdb

from pipeline.database import DatabaseError

TRIES = 12
"""How often a transaction is tried that others forestall."""
_LONGEST_WAIT_SECONDS = 2.0
_LOG = logging.getLogger(__name__)

_Made = TypeVar("_Made")


def in_transaction(
    connection: duckdb.DuckDBPyConnection,
    work: Callable[[], _Made],
    what: str,
    was_forestalled: Callable[[BaseException], bool],
    tries: int = TRIES,
) -> _Made:
    """Do work in a transaction; again, after a short random wait, for as long as another writer comes first.

    what: what is written, as a message names it. was_forestalled: whether an error means that another came first.
    Raises DatabaseError when one still does at the last of `tries`.
    """
    for number in range(1, tries + 1):
        connection.begin()
        try:
            made = work()
            connection.commit()
        except BaseException as error:
            with suppress(
                duckdb.TransactionException
            ):  # a commit that failed has ended the transaction itself
                connection.rollback()
            if not was_forestalled(error):
                raise
        else:
            return made
        if number < tries:
            _LOG.info("%s: another run wrote to it first; tried again", what)
            time.sleep(random.uniform(0, min(_LONGEST_WAIT_SECONDS, 0.05 * 2**number)))  # noqa: S311 - no secret
    raise DatabaseError(f"{what}: other runs wrote to it at the same time, {tries} times over; run again")
