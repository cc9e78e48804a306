"""Whether the keys at hand open everything that is sealed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, String, select

from marketplace.db.base import Base
from marketplace.doctor.findings import AT_ONCE, Finding, Patient
from marketplace.kernel.text import Text
from marketplace.kernel.vault import VaultError

PREFIX = "sealed"
KEY = Text(
    "以前の credentials.key（または MARKETPLACE_CREDENTIALS_KEYS）があれば、今の鍵の後ろに書き足してください。",
    "If you have an earlier credentials.key (or MARKETPLACE_CREDENTIALS_KEYS), add it behind the present one.",
)
OTHERWISE = {
    "workspace_connections": Text(
        "なければ、ワークスペースの画面でkintoneのパスワードを入れ直します。",
        "If not, enter the password for kintone anew on the page of the workspace.",
    ),
    "authenticators": Text(
        "なければ、本人を確かめて yokoten people remove-factors を実行します。",
        "If not, make sure of the person and run `yokoten people remove-factors`.",
    ),
    "mails": Text("なければ、このメールは送られません。", "If not, this mail is not sent."),
}
NO_WORD = Text("", "")


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001, ARG001 - the shape of checks
    """Try every sealed text; lost keys can't be mended."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.startswith(PREFIX) and isinstance(column.type, String):
                yield from _unreadable(patient, column)


def _unreadable(patient: Patient, column: Column[str]) -> Iterator[Finding]:
    (key,) = column.table.primary_key.columns
    after = ""
    while True:
        with patient.reading() as ctx:
            rows = ctx.session.execute(
                select(key, column).where(key > after, column != "").order_by(key).limit(AT_ONCE)
            ).all()
        if not rows:
            return
        for row_key, sealed in rows:
            if not _opens(patient, sealed):
                yield _finding(column.table.name, row_key)
        after = rows[-1][0]


def _opens(patient: Patient, sealed: str) -> bool:
    try:
        patient.ports.vault.unseal(sealed)
    except VaultError:
        return False
    return True


def _finding(table: str, key: str) -> Finding:
    otherwise = OTHERWISE.get(table, NO_WORD)
    return Finding(
        "secret-unreadable",
        f"{table}:{key}",
        Text(
            f"表 {table} の {key} の秘密を、今の鍵では開けません。",
            f"The keys at hand do not open the secret of {key} in {table}.",
        ),
        Text(KEY.ja + otherwise.ja, f"{KEY.en} {otherwise.en}".strip()),
    )
