"""Reads one setting, and says in both languages what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

BOOLEANS = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
HIGHEST_PORT = 65_535
MAY_BE_ZERO = frozenset(
    {
        "ADMIN_PORT",
        "ANSWER_CACHE_MEGABYTES",
        "ANSWER_CHECK_MILLISECONDS",
        "DRAIN_SECONDS",
        "STOP_SECONDS",
        "TRYOUTS_MOST",
        "TRYOUTS_PER_ADDRESS",
    }
)
"""Numbers that switch something off; of everything else there is at least one."""
PLACEHOLDER = "CHANGE-ME"
"""What deploy/yokoten.env.example has where a value belongs."""


class SettingsError(Exception):
    """The environment holds a setting that does not exist or can't be used."""


def refused(name: str, ja: str, en: str) -> SettingsError:
    """Return the refusal of a setting: its name once, then what is wrong in both languages."""
    return SettingsError(f"{name}：{ja} / {en}")


def none_of(name: str, given: str, known: Iterable[str]) -> SettingsError:
    """Return the refusal of a word that is none of those a setting knows."""
    listed = ", ".join(known)
    return refused(name, f"{given!r} は使えません。{listed} のどれかです。", f"{given!r} is none of {listed}.")


def unknown(names: Iterable[str], known: Iterable[str]) -> SettingsError:
    """Return the refusal of names that are no settings, with the one that may have been meant."""
    known = list(known)
    told = []
    for name in names:
        (*meant,) = get_close_matches(name, known, 1)
        told.append(f"{name}（{meant[0]}？）" if meant else name)
    listed = ", ".join(told)
    return SettingsError(
        f"知らない設定です：{listed}。名前の一覧は docs/settings.md にあります。"
        f" / Unknown settings: {listed}. docs/settings.md lists all names."
    )


def read_value(prefix: str, name: str, kind: str, value: str) -> Any:
    """Return a value of the kind that a setting has. Raises SettingsError, which never repeats a secret."""
    if PLACEHOLDER in value:
        message = "見本のままです。値を入れてください。", "it is still that of the example; put a value there."
        raise refused(prefix + name, *message)
    match kind:
        case "int":
            return _read_number(prefix, name, value)
        case "bool" if value.lower() in BOOLEANS:
            return BOOLEANS[value.lower()]
        case "bool":
            raise refused(
                prefix + name, f"{value!r} は使えません。on か off です。", f"{value!r} can't be used; write on or off."
            )
        case "Path":
            return Path(value)
        case _:
            return value


def _read_number(prefix: str, name: str, value: str) -> int:
    least = 0 if name in MAY_BE_ZERO else 1
    most = HIGHEST_PORT if name.endswith("PORT") else None
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < least or (most is not None and number > most):
        ja = f"{least}から{most}までの整数" if most else f"{least}以上の整数"
        en = f"a whole number from {least} to {most}" if most else f"a whole number of {least} or more"
        raise refused(prefix + name, f"{value!r} は使えません。{ja}です。", f"{value!r} can't be used; write {en}.")
    return number
