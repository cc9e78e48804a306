"""Refusals about the settings of an app."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.errors import PlatformError


class WebhookNotFoundError(NotFoundError):
    """The app has no such webhook."""

    code = "webhook-not-found"
    title = Text("Webhookが見つかりません。", "There is no such webhook.")
    remedy = Text(
        "アプリの設定で、Webhookの一覧を確かめてください。", "See the list of webhooks in the app's settings."
    )


class WebhookLimitError(ConflictError):
    """An app holds only so many webhooks."""

    code = "webhook-limit"
    title = Text("Webhookは1つのアプリに{maximum}個までです。", "An app can have at most {maximum} webhooks.")
    remedy = Text("使っていないWebhookを削除してください。", "Delete webhooks that are no longer used.")


class AppTokenNotFoundError(NotFoundError):
    """The app has no such API token."""

    code = "app-token-not-found"
    title = Text("アプリのAPIトークンが見つかりません。", "There is no such API token of the app.")
    remedy = Text(
        "アプリの設定で、APIトークンの一覧を確かめてください。", "See the list of API tokens in the app's settings."
    )


class AppTokenLimitError(ConflictError):
    """An app holds only so many API tokens."""

    code = "app-token-limit"
    title = Text("APIトークンは1つのアプリに{maximum}個までです。", "An app can have at most {maximum} API tokens.")
    remedy = Text("使っていないAPIトークンを削除してください。", "Delete tokens that are no longer used.")


class AppSettingsRefusedError(InvalidError):
    """The built-in workspace turned the settings down; `details` say why."""

    code = "app-settings-refused"
    title = Text("アプリの設定を保存できませんでした。", "The app's settings could not be saved.")
    remedy = Text("次の内容を確かめて、もう一度保存してください。", "Check the following and save again.")

    def __init__(self, cause: PlatformError) -> None:
        """Keep the sentences of the platform."""
        super().__init__()
        sentences = [message for messages in cause.errors.values() for message in messages]
        self.details = sentences or [Text(cause.says(Language.JA), cause.says(Language.EN))]
