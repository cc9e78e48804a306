"""Records as plain Python keeps them by the reference: what a write makes of them, or what is wrong with it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

REQUIRED = "必須です。"
NOT_A_NUMBER = "数字でなければなりません。"
DUPLICATE = "値がほかのレコードと重複しています。"
OPTIONS = ("A", "B")
SOURCES = {"p1": ("創業", "100"), "p2": ("移住", "200")}
COPIED = {"写し": 0, "額": 1}
DEFAULTS: dict[str, Any] = {
    "番号": "", "数": "5", "選択": "B", "単一": "A", "複数": ["A"], "短": "あい", "リンク": "", "日付": None,
    "参照": "",
}  # fmt: skip
ROW_DEFAULTS: dict[str, Any] = {"品名": "未定", "個数": "", "色": []}

Problems = dict[str, list[str]]


@dataclass
class Refusal(Exception):  # noqa: N818 - an outcome of the model
    """Why a call changes nothing: its codes as far as the order of checks is open, and the messages by key."""

    codes: set[str]
    errors: Problems = field(default_factory=dict)


@dataclass
class Kept:
    """One record: its revision, its values as answers show them, its rows as id and values."""

    revision: int
    values: dict[str, Any]
    rows: list[tuple[str | None, dict[str, Any]]]


def canonical(text: str) -> str | None:
    """Return a number as records show it; None if it is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    shown = f"{number:f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown == "-0" else shown


class Draft:
    """A record in the making, with what is wrong with it under the root of its keys."""

    def __init__(self, root: str, kept: Kept | None) -> None:
        self.root = root
        self.errors: Problems = {}
        self.lookup_fails = False
        old = copy.deepcopy(kept)
        self.is_new = old is None
        self.revision = 1 if old is None else old.revision + 1
        self.values: dict[str, Any] = dict(DEFAULTS, 写し="", 額="") if old is None else old.values
        self.rows: list[tuple[str | None, dict[str, Any]]] = [] if old is None else old.rows

    def wrong(self, key: str, message: str) -> None:
        self.errors.setdefault(f"{self.root}{key}", []).append(message)

    def take(self, cells: dict[str, Any]) -> None:
        for code in DEFAULTS:
            if code in cells:
                self.values[code] = self._read(code, cells[code], f".{code}", f"[{code}].value")
        if "参照" in cells:
            self._look_up(self.values["参照"])
        if "明細" in cells:
            self._take_rows(cells["明細"])
        self._compute()
        self._check()

    def _read(self, code: str, raw: Any, key: str, number_key: str | None) -> Any:
        if code in {"数", "個数"}:
            number = canonical(raw or "0")
            if number is None and number_key is not None:
                self.wrong(number_key, NOT_A_NUMBER)
            return number if raw and number is not None else ""
        if code in {"複数", "色"}:
            for position, each in enumerate(raw):
                if each not in OPTIONS:
                    self.wrong(f"{key}.values[{position}].value", f'"{each}"は選択肢にありません。')
            return [each for each in raw if each in OPTIONS]
        if code in {"選択", "単一"}:
            if raw and raw not in OPTIONS:
                self.wrong(f"{key}.value", f'"{raw}"は選択肢にありません。')
                return None
            return raw or (None if code == "選択" or raw is None else "")
        return (raw or None) if code == "日付" else (raw or "")

    def _look_up(self, key: str) -> None:
        if key and key not in SOURCES:
            self.lookup_fails = True
        for code, place in COPIED.items():
            self.values[code] = SOURCES.get(key, ("", ""))[place]

    def _take_rows(self, sent: list[tuple[str | None, dict[str, Any]]]) -> None:
        known = {} if self.is_new else dict(self.rows)
        rows = []
        for position, (row_id, cells) in enumerate(sent):
            old = known.get(row_id) if row_id is not None else None
            values = dict(ROW_DEFAULTS) if old is None else dict(old)
            for code, raw in cells.items():
                values[code] = self._read(code, raw, f".明細.value[{position}].value.{code}", None)
            rows.append((row_id if old is not None else None, values))
        self.rows = rows

    def _compute(self) -> None:
        def shown(number: Decimal) -> str:
            return canonical(str(number)) or "0"

        self.values["計"] = shown(Decimal(self.values["数"] or 0) * 2)
        self.values["合計"] = shown(sum((Decimal(row["個数"] or 0) for _, row in self.rows), Decimal(0)))

    def _check(self) -> None:
        if not self.values["番号"]:
            self.wrong(".番号.value", REQUIRED)
        if not self.values["複数"]:
            self.wrong(".複数.values", REQUIRED)
        self._check_limits()
        for position, (_, row) in enumerate(self.rows):
            if len(row["品名"]) > 3:
                self.wrong(f".明細.value[{position}].value.品名.value", "4文字より短くなければなりません。")

    def _check_limits(self) -> None:
        number = self.values["数"]
        if number and Decimal(number) > 1000:
            self.wrong(".数.value", "1e3以下である必要があります。")
        if number and Decimal(number) < Decimal("-1.50"):
            self.wrong(".数.value", "-1.50以上である必要があります。")
        if len(self.values["短"]) > 3:
            self.wrong(".短.value", "4文字より短くなければなりません。")
        if len(self.values["短"]) < 2:
            self.wrong(".短.value", "1文字より長くなければなりません。")

    def kept(self) -> Kept:
        return Kept(self.revision, self.values, self.rows)


class Model:
    """The records of one app."""

    def __init__(self) -> None:
        self.records: dict[int, Kept] = {}
        self.last_id = 0

    def find(self, number: str) -> int | None:
        """Return the record whose unique field holds a text."""
        return next((key for key, each in self.records.items() if number and each.values["番号"] == number), None)

    def add(self, bodies: list[dict[str, Any]], roots: list[str]) -> list[int]:
        """Add records; return their numbers. Raises Refusal."""
        return self.write([(root, None, cells, None) for root, cells in zip(roots, bodies, strict=True)])

    def write(self, wanted: list[tuple[str, int | None, dict[str, Any], int | None]]) -> list[int]:
        """Write records, each as root, number (None for a new one), cells, revision insisted on. Raises Refusal."""
        codes = set()
        for _, number, _, revision in wanted:
            if number is None:
                continue
            if number not in self.records:
                codes.add("GAIA_RE01")
            elif revision not in {None, -1, self.records[number].revision}:
                codes.add("GAIA_CO02")
        drafts = []
        for root, number, cells, _ in wanted:
            draft = Draft(root, None if number is None else self.records.get(number))
            draft.take(cells)
            drafts.append(draft)
        self._check_unique(drafts, {number for _, number, _, _ in wanted if number is not None})
        self._refuse(codes, drafts)
        numbers = []
        for draft, (_, number, _, _) in zip(drafts, wanted, strict=True):
            if number is None:
                self.last_id += 1
            numbers.append(self.last_id if number is None else number)
            self.records[numbers[-1]] = draft.kept()
        return numbers

    def delete(self, ids: list[int], revisions: list[int | None]) -> None:
        """Delete records. Raises Refusal."""
        codes = set()
        for number, revision in zip(ids, revisions, strict=True):
            if number not in self.records:
                codes.add("GAIA_RE01")
            elif revision not in {None, -1, self.records[number].revision}:
                codes.add("GAIA_CO02")
        if codes:
            raise Refusal(codes)
        for number in ids:
            del self.records[number]

    def _check_unique(self, drafts: list[Draft], touched: set[int]) -> None:
        taken = {each.values["番号"] for number, each in self.records.items() if number not in touched}
        for draft in drafts:
            if draft.values["番号"] and draft.values["番号"] in taken:
                draft.wrong(".番号.value", DUPLICATE)
            taken.add(draft.values["番号"])

    def _refuse(self, codes: set[str], drafts: list[Draft]) -> None:
        errors = {key: messages for draft in drafts for key, messages in draft.errors.items()}
        codes |= {"GAIA_LO04"} if any(draft.lookup_fails for draft in drafts) else set()
        codes |= {"CB_VA01"} if errors else set()
        if codes:
            raise Refusal(codes, errors)
