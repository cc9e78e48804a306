"""Refusals about spaces, threads and guests; kintone's own codes for these are not known."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError


class SpaceNotFoundError(PlatformError):
    """There is no such space in the site."""

    code = "GAIA_SP01"
    message = Text(
        "指定したスペース（id: {id}）が見つかりません。削除されている可能性があります。",
        "The space (ID: {id}) not found. The space may have been deleted.",
    )


class ThreadNotFoundError(PlatformError):
    """There is no such thread in the site, or not in the space that was named with it."""

    code = "GAIA_TH01"
    message = Text(
        "指定したスレッド（id: {id}）が見つかりません。削除されている可能性があります。",
        "The thread (ID: {id}) not found. The thread may have been deleted.",
    )


class SpaceTemplateNotFoundError(PlatformError):
    """There is no such space template."""

    code = "GAIA_SP02"
    message = Text(
        "指定したスペーステンプレート（id: {id}）が見つかりません。",
        "The specified space template (ID: {id}) is not found.",
    )


class GuestNotFoundError(PlatformError):
    """The site has no guest of that mail address."""

    code = "GAIA_GU01"
    message = Text(
        "指定したゲストユーザー（code: {code}）が見つかりません。",
        "The specified guest user (code: {code}) not found.",
    )
