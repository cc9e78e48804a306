"""Refusals of the wanted list."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from marketplace.kernel.text import Text


class WantedAppNotFoundError(NotFoundError):
    """No such wanted app."""

    code = "wanted-app-not-found"
    title = Text("この欲しいアプリは見つかりませんでした。", "There is no such wanted app.")
    remedy = Text("欲しいアプリの一覧から選び直してください。", "Choose it from the wanted list.")


class WantedAppsTooManyError(ConflictError):
    """A municipality has as many open wanted apps as one may have."""

    code = "wanted-apps-too-many"
    title = Text(
        "募集中の欲しいアプリは、1団体{maximum}件までです。",
        "A municipality can have at most {maximum} open wanted apps.",
    )
    remedy = Text("もう要らないものを取り下げてから書いてください。", "Close those you no longer need, then write it.")


class WantedAppOwnError(ForbiddenError):
    """A municipality counts for its own wanted app already."""

    code = "wanted-app-own"
    title = Text("自団体が書いた欲しいアプリです。", "This is your own municipality's wanted app.")
    remedy = Text(
        "「うちも欲しい」は、ほかの団体が押すものです。", "It counts for you already; others say that they want it too."
    )


class WantedAppSettledError(ConflictError):
    """It was fulfilled or closed."""

    code = "wanted-app-settled"
    title = Text("この欲しいアプリは、募集を終えています。", "This wanted app was fulfilled or closed.")
    remedy = Text("必要なら、書いた団体が募集を再開できます。", "The municipality that wrote it can open it again.")


class WantedAppOpenError(ConflictError):
    """Only what has ended can be opened again."""

    code = "wanted-app-open"
    title = Text("この欲しいアプリは、募集中です。", "This wanted app is open already.")
    remedy = Text("ページを読み直して、今の状態を確かめてください。", "Read it again to see its present state.")


class WantedAnswerNotFoundError(NotFoundError):
    """No such answer to this wanted app."""

    code = "wanted-answer-not-found"
    title = Text("この回答は見つかりませんでした。", "There is no such answer.")
    remedy = Text("欲しいアプリのページで、回答を確かめてください。", "See the answers on the page of the wanted app.")


class WantedAnswerGivenError(ConflictError):
    """Each template answers a wanted app once."""

    code = "wanted-answer-given"
    title = Text("このテンプレートは、すでに回答に挙がっています。", "This template was named as an answer already.")
    remedy = Text("ほかのテンプレートがあれば、それを挙げてください。", "Name another template, if there is one.")


class WantedAnswerChosenError(ConflictError):
    """The answer that fulfilled a wanted app stays while it counts as fulfilled."""

    code = "wanted-answer-chosen"
    title = Text(
        "この回答で解決したため、取り消せません。", "This answer fulfilled the wanted app; it can't be removed."
    )
    remedy = Text(
        "書いた団体が募集を再開すると、取り消せるようになります。",
        "It can be removed once the municipality that wrote the wanted app opens it again.",
    )
