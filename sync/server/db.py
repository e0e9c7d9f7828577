"""The server's SQLite: one file, WAL, every commit on the disk before it is acknowledged.

`sqlcipher3` without a key is the one SQLite of the whole product, the same version everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from agent_app.domain.errors import TooOld
from sync.server.schema import STEPS

Row = dict[str, Any]
IntegrityError = sqlcipher3.IntegrityError
OperationalError = sqlcipher3.OperationalError
"""The disk is full, or another process holds the database too long."""


class Db:
    """One connection. Writes go through `writing`; anything else only reads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlcipher3.connect(
            str(path), isolation_level=None, timeout=30, check_same_thread=False
        )
        self._connection.row_factory = sqlcipher3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def migrate(self) -> None:
        """Bring the schema up to date, each step whole or not at all.

        Raises TooOld for a database of a newer version.
        """
        done = int(self.value("PRAGMA user_version"))
        if done > len(STEPS):
            raise TooOld(f"the database is of a newer version ({done} steps, not {len(STEPS)})")
        for number, step in enumerate(STEPS[done:], done + 1):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;"
            )

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        return [dict(row) for row in self._connection.execute(sql, _bound(values))]

    def tuples(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """As `rows`, without the columns' names: for thousands of them."""
        return [tuple(row) for row in self._connection.execute(sql, _bound(values))]

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first row, or None."""
        found = self._connection.execute(sql, _bound(values)).fetchone()
        return dict(found) if found is not None else None

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self._connection.execute(sql, _bound(values)).fetchone()
        return found[0] if found is not None else None

    def do(self, sql: str, *values: Any) -> int:
        """Run one statement; returns how many rows it changed."""
        return int(self._connection.execute(sql, values).rowcount)

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[Db]:
        """One transaction that takes the write lock at once; all of it or nothing."""
        self.do("BEGIN IMMEDIATE")
        try:
            yield self
        except BaseException:
            self.do("ROLLBACK")
            raise
        self.do("COMMIT")

    def copy_to(self, path: Path) -> None:
        """A consistent copy while others write (SQLite's online backup)."""
        target = sqlcipher3.connect(str(path))
        try:
            self._connection.backup(target)
        finally:
            target.close()


def _bound(values: tuple[Any, ...]) -> Any:
    """One mapping stands for named values, anything else for positional ones."""
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else values
