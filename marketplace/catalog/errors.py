"""Refusals of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Text

if TYPE_CHECKING:
    from marketplace.catalog.changes import StoredChange


class TemplateNotFoundError(NotFoundError):
    """No such publisher, or no such template of that publisher."""

    code = "template-not-found"
    title = Text("このテンプレートは見つかりませんでした。", "There is no such template.")
    remedy = Text(
        "公開団体とテンプレートの識別名を確かめるか、検索してください。",
        "Check the publisher and the slug, or search for the template.",
    )


class VersionNotFoundError(NotFoundError):
    """The template has no such version, or none that the range allows."""

    code = "version-not-found"
    title = Text("該当する版は見つかりませんでした。", "There is no such version.")
    remedy = Text(
        "テンプレートの版の一覧から、公開中の版を選んでください。",
        "Choose a released version from the template's list of versions.",
    )


class VersionRangeInvalidError(InvalidError):
    """What was asked for is neither a version number nor a range."""

    code = "version-range-invalid"
    title = Text("版の指定を読み取れませんでした。", "The version asked for could not be read.")
    remedy = Text(
        "「1.2.0」のような版の番号か、「^1.2」「1.x」のような範囲を指定してください。",
        "Give a version number such as 1.2.0, or a range such as ^1.2 or 1.x.",
    )


class VersionWithdrawnError(ConflictError):
    """The version asked for by its number was withdrawn and can't be installed anew."""

    code = "version-withdrawn"
    title = Text("版 {number} は公開が停止されています。", "Version {number} was withdrawn.")
    remedy = Text(
        "停止の理由：{reason}　ほかの版を選んでください。",
        "Reason given: {reason} Choose another version.",
    )


class VersionExistsError(ConflictError):
    """A number was used before; versions never change, not even after they were withdrawn."""

    code = "version-number-used"
    title = Text("版の番号 {number} はすでに使われています。", "The version number {number} is already used.")
    remedy = Text(
        "公開した版の内容は変えられません。新しい番号（{least} 以上）を付けてください。",
        "A released version never changes. Give it a new number, {least} or higher.",
    )


class VersionTooSmallError(InvalidError):
    """The number promises less change than there is, or lies below a version already released on its line."""

    code = "version-number-too-small"
    title = Text(
        "版の番号 {number} は、変更の内容に対して小さすぎます。",
        "The version number {number} is too small for what changed.",
    )
    remedy = Text("{least} 以上の番号を付けてください。", "Give it the number {least} or a higher one.")

    def __init__(self, changes: Sequence[StoredChange] = (), **params: object) -> None:
        """Keep the changes that demand more."""
        super().__init__(**params)
        self.changes = tuple(changes)

    @property
    def details(self) -> list[dict[str, object]]:
        """The changes that demand more, as plain values for an answer in JSON."""
        return [change.as_document() for change in self.changes]


class VersionNumberUnusableError(InvalidError):
    """A number that is SemVer but longer than anything we can sort."""

    code = "version-number-unusable"
    title = Text("版の番号が長すぎます。", "The version number is too long.")
    remedy = Text(
        "番号は「1.2.0」のように短く付けてください。",
        "Use a short number such as 1.2.0.",
    )


class VersionDiffersError(ConflictError):
    """A mirror has a version of that number with another content."""

    code = "version-differs"
    title = Text(
        "版「{name}」の内容が、ここにある同じ番号の版と違います。",
        "The version {name} is not the one that is here under the same number.",
    )
    remedy = Text(
        "ここで公開したものはそのままです。どちらが正しいかを、公開した団体に確かめてください。",
        "What was published here stays. Ask its publisher which one is right.",
    )
