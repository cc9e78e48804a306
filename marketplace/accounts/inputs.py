"""Validates what people enter about themselves; messages come in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema

from marketplace.accounts.passwords import normalise_password
from marketplace.kernel.text import Text

MIN_PASSWORD = 12
MAX_PASSWORD = 512
MAX_NAME = 100
MAX_EMAIL = 254

REQUIRED = Text("入力してください。", "Please fill this in.")
NOT_TEXT = Text("文字列で指定してください。", "Give a text.")
NOT_AN_OBJECT = Text("項目の集まり（オブジェクト）で指定してください。", "Give an object with its items.")
UNKNOWN_ITEM = Text("知らない項目です。", "Unknown item.")
NOT_AN_EMAIL = Text(
    "メールアドレスの形で入力してください（例：taro@example.lg.jp）。",
    "Enter an e-mail address, for example taro@example.lg.jp.",
)
PASSWORD_TOO_SHORT = Text("パスワードは12文字以上にしてください。", "Use at least 12 characters for the password.")
PASSWORD_TOO_LONG = Text("パスワードは512文字以内にしてください。", "Use at most 512 characters for the password.")
PASSWORD_COMMON = Text(
    "よく使われるパスワードや推測されやすい文字の並びは使えません。",
    "This password is among the most common ones, or easy to guess.",
)
PASSWORD_IS_EMAIL = Text(
    "メールアドレスと同じパスワードは使えません。", "The password must differ from the e-mail address."
)
CONTROL_CHARACTERS = Text("改行や制御文字は使えません。", "Line breaks and control characters can't be used.")

TEXT_MESSAGES: dict[str, Any] = {
    "required": REQUIRED,
    "null": REQUIRED,
    "invalid": NOT_TEXT,
    "invalid_utf8": NOT_TEXT,
}

# marshmallow types its messages as str, but hands them on untouched; the edge chooses the language.
SCHEMA_MESSAGES: Any = {"unknown": UNKNOWN_ITEM, "type": NOT_AN_OBJECT}

_EMAIL = re.compile(
    r"[^\s\x00-\x20\x7f@\"<>(),:;\[\]\\\ud800-\udfff]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
)

# The most common passwords of twelve characters and more in published lists of leaks; patterns are refused below.
_COMMON = frozenset(
    {
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "administrator",
        "adminadminadmin",
        "changeme1234",
        "iloveyou1234",
        "letmein12345",
        "manchesterunited",
        "passw0rd1234",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "qwertyuiopasdfgh",
        "sakurasakura",
        "unknown12345",
        "welcome12345",
        "zaq12wsxcde3",
    }
)
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_FEWEST_DIFFERENT = 4


def normalise_email(email: str) -> str:
    """Return the form in which an address is stored and compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def is_email(value: str) -> bool:
    """Tell whether this is an address that mail could reach."""
    return len(value) <= MAX_EMAIL and _EMAIL.fullmatch(value) is not None


def check_email(value: str) -> None:
    """Refuse what is no e-mail address. Raises ValidationError."""
    if not is_email(value):
        raise ValidationError([NOT_AN_EMAIL])


def check_one_line(value: str) -> None:
    """Refuse control characters, which would break pages, mails and CSV. Raises ValidationError."""
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value):
        raise ValidationError([CONTROL_CHARACTERS])


def check_name(value: str) -> None:
    """Refuse an empty, endless or broken name. Raises ValidationError."""
    if not value:
        raise ValidationError([REQUIRED])
    if len(value) > MAX_NAME:
        raise ValidationError([Text(f"{MAX_NAME}文字以内で入力してください。", f"Use at most {MAX_NAME} characters.")])
    check_one_line(value)


def check_password(value: str) -> None:
    """Refuse a password that is short or that guessers try first. Raises ValidationError."""
    password = normalise_password(value)
    if len(password) < MIN_PASSWORD:
        raise ValidationError([PASSWORD_TOO_SHORT])
    if len(password) > MAX_PASSWORD:
        raise ValidationError([PASSWORD_TOO_LONG])
    if _is_guessable(password.casefold()):
        raise ValidationError([PASSWORD_COMMON])


def trimmed(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the input with the named texts composed (NFC) and without spaces around them."""
    return {
        name: unicodedata.normalize("NFC", value).strip() if name in names and isinstance(value, str) else value
        for name, value in data.items()
    }


def _is_guessable(password: str) -> bool:
    if password in _COMMON or len(set(password)) < _FEWEST_DIFFERENT:
        return True
    return any(password in run * 3 for run in _RUNS)


class PersonInput(Schema):
    """A person to be registered."""

    error_messages = SCHEMA_MESSAGES

    email = fields.String(required=True, validate=check_email, error_messages=TEXT_MESSAGES)
    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)
    password = fields.String(required=True, validate=check_password, error_messages=TEXT_MESSAGES)

    @pre_load
    def _normalise(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        normalised = trimmed(data, "name")
        if isinstance(email := normalised.get("email"), str):
            normalised["email"] = normalise_email(email)
        return normalised

    @validates_schema(skip_on_field_errors=True)
    def _differs(self, data: dict[str, Any], **_options: object) -> None:
        if normalise_email(data["password"]) == data["email"]:
            raise ValidationError([PASSWORD_IS_EMAIL], "password")


class PasswordInput(Schema):
    """A new password."""

    error_messages = SCHEMA_MESSAGES

    password = fields.String(required=True, validate=check_password, error_messages=TEXT_MESSAGES)


class NameInput(Schema):
    """The name by which a person is known to others."""

    error_messages = SCHEMA_MESSAGES

    name = fields.String(required=True, validate=check_name, error_messages=TEXT_MESSAGES)

    @pre_load
    def _normalise(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        return trimmed(data, "name")
