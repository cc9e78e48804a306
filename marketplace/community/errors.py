"""Refusals of the community."""

from __future__ import annotations

from marketplace.kernel.errors import ForbiddenError, InvalidError
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
