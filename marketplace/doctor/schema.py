"""Whether the database has the tables that this program knows, and no row refers to one that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.db.migrating import is_usable, knows_revision, revision_of, upgrade
from marketplace.doctor.findings import MENDABLE, Finding, Patient
from marketplace.kernel.text import Text

BY_HAND = Text(
    "データベースが外から書き換えられたか、ディスクが壊れています。yokoten restore で復元してください。",
    "The database was changed from outside, or the disk is damaged. Restore a backup (`yokoten restore`).",
)


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Compare revisions; then, where the database does not see to it itself, look at every reference."""
    engine = patient.sessions.engine
    with engine.connect() as connection:
        current, revision = is_usable(connection), revision_of(connection) or "-"
    if not current:
        found = _other_revision(revision)
        if mend and found.can_be_mended:
            upgrade(engine)
            found = found.mended()
        yield found
        if not found.is_mended:
            return
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            for table, row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield _dangling(table, row, parent)


def _other_revision(revision: str) -> Finding:
    known = revision == "-" or knows_revision(revision)
    text = Text(
        f"データベースのスキーマ（{revision}）が、このプログラムのものと違います。",
        f"The schema of the database ({revision}) is not that of this program.",
    )
    newer = Text("ヨコテンを新しい版にしてください。", "Update Yokoten.")
    return Finding("schema-differs", f"schema:{revision}", text, MENDABLE if known else newer, can_be_mended=known)


def _dangling(table: str, row: int, parent: str) -> Finding:
    return Finding(
        "row-refers-to-nothing",
        f"{table}:{row}",
        Text(
            f"表 {table} の行 {row} が、{parent} にない行を指しています。",
            f"Row {row} of {table} refers to no row of {parent}.",
        ),
        BY_HAND,
    )
