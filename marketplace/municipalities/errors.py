"""Refusals about municipalities and members."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Text


class MunicipalityNotFoundError(NotFoundError):
    """The master list has no such code."""

    code = "municipality-not-found"
    title = Text("この団体コードの自治体は見つかりません。", "There is no municipality with this code.")
    remedy = Text(
        "6桁の全国地方公共団体コードを確かめてください。",
        "Check the six-digit code of the municipality.",
    )


class MunicipalityInactiveError(InvalidError):
    """Nobody can act for a municipality that no longer exists."""

    code = "municipality-inactive"
    title = Text("この自治体では利用できません。", "This municipality can't be used.")
    remedy = Text("現在の自治体のコードを指定してください。", "Give the code of a municipality that exists today.")


class CodeInvalidError(InvalidError):
    """The check digit of a municipality's code is wrong."""

    code = "municipality-code-invalid"
    title = Text("団体コードの検査数字が合いません。", "The check digit of the municipality's code is wrong.")
    remedy = Text("6桁の団体コードを確かめてください。", "Check the six-digit code.")


class CodeTakenError(ConflictError):
    """A fictitious municipality must not take the place of a real one."""

    code = "municipality-code-taken"
    title = Text("この団体コードは実在の自治体のものです。", "This code belongs to a real municipality.")
    remedy = Text("実在しない団体コードを指定してください。", "Choose a code that no municipality has.")


class MemberExistsError(ConflictError):
    """A person is a member of a municipality at most once."""

    code = "member-exists"
    title = Text("この人はすでに所属団体の構成員です。", "This person is a member already.")
    remedy = Text("役割を変えるときは、構成員の一覧から変更してください。", "Change the role in the list of members.")


class MemberNotFoundError(NotFoundError):
    """The person is no member of this municipality, or there is no such person."""

    code = "member-not-found"
    title = Text("この構成員は見つかりません。", "There is no such member.")
    remedy = Text("構成員の一覧を確かめてください。", "Check the list of members.")


class LastAdminError(ConflictError):
    """Without an administrator nobody could ever add members again."""

    code = "last-admin"
    title = Text(
        "最後の管理者は、外れることも役割を変えることもできません。",
        "The last administrator can neither leave nor change role.",
    )
    remedy = Text("先に、ほかの構成員を管理者にしてください。", "Make another member an administrator first.")
