"""Refusals of the community."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from marketplace.kernel.text import Text


class ReviewNeedsInstallationError(ForbiddenError):
    """Only those who installed a template may rate it."""

    code = "review-needs-installation"
    title = Text(
        "このテンプレートを導入した団体だけが評価できます。",
        "Only municipalities that installed this template may review it.",
    )
    remedy = Text(
        "ワークスペースに導入して、使ってみてから評価してください。",
        "Install it into a workspace and try it first.",
    )


class ReviewOwnTemplateError(ForbiddenError):
    """The publisher does not rate what it published."""

    code = "review-own-template"
    title = Text("自団体が公開したテンプレートは評価できません。", "You can't review your own template.")
    remedy = Text(
        "補足したいことは、テンプレートの説明（README）に書いてください。",
        "Write what you want to add into the template's README.",
    )


class ReviewVersionNotInstalledError(InvalidError):
    """The review names a version that the municipality never installed."""

    code = "review-version-not-installed"
    title = Text("この版は導入されていません。", "That version is not installed.")
    remedy = Text(
        "導入した版（{installed}）を指定するか、版の指定を省いてください。",
        "Name an installed version ({installed}), or leave it out.",
    )


class StoryChangedError(ConflictError):
    """Somebody else rewrote the story while this was being written."""

    code = "story-changed"
    title = Text(
        "書いている間に、ほかの人がこの活用事例を書き直しました。", "Somebody else rewrote this story meanwhile."
    )
    remedy = Text(
        "書いた内容は、まだ保存していません。いまの内容を確かめてから、もう一度公開してください。",
        "What you wrote is not saved yet. See what the story says now, then publish again.",
    )


class StoryNotFoundError(NotFoundError):
    """No such story, or not one of the caller's municipality to change."""

    code = "story-not-found"
    title = Text("この活用事例は見つかりませんでした。", "There is no such story.")
    remedy = Text("活用事例の一覧から選び直してください。", "Choose it from the list of stories.")


class TooManyStoriesError(ConflictError):
    """A municipality told as many stories of one template as it may."""

    code = "too-many-stories"
    title = Text(
        "1つのテンプレートに、1つの団体が書ける活用事例は{most}件までです。",
        "A municipality can tell at most {most} stories of one template.",
    )
    remedy = Text(
        "これまでの活用事例を書き直すか、古いものを削除してください。",
        "Rewrite an earlier story, or delete an old one.",
    )
