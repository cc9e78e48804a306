"""Refusals about municipalities and members."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, RateLimitedError
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


class OwnFactorMissingError(ConflictError):
    """Whoever requires a second factor of others needs one first."""

    code = "own-factor-missing"
    title = Text("自分の二段階認証が、まだ登録されていません。", "You have no second factor yourself yet.")
    remedy = Text(
        "先に、アカウントのページで認証アプリかパスキーを登録してください。",
        "First set up an authenticator app or a passkey on the page of your account.",
    )


class InvitationNotFoundError(NotFoundError):
    """The municipality has no such invitation, or it has come to its end."""

    code = "invitation-not-found"
    title = Text("この招待は、もう待っていません。", "This invitation is not pending any more.")
    remedy = Text("構成員のページで、いまの招待を確かめてください。", "See the pending ones on the page of members.")


class InvitationPendingError(ConflictError):
    """One invitation for an address is enough."""

    code = "invitation-pending"
    title = Text("このメールアドレスには、もう招待を送っています。", "This address is invited already.")
    remedy = Text(
        "届いていないときは、招待の一覧から送り直してください。",
        "If nothing arrived, send it anew from the list of invitations.",
    )


class InvitationLimitError(ConflictError):
    """As many invitations are pending as may be."""

    code = "invitation-limit"
    title = Text("返事を待っている招待は{most}件までです。", "At most {most} invitations may be pending.")
    remedy = Text("要らない招待を取り消してから、お試しください。", "Withdraw those you do not need, then try again.")


class InvitationsThrottledError(RateLimitedError):
    """As many letters went out within a day as may."""

    code = "invitations-throttled"
    title = Text("今日は、これ以上招待のメールを送れません。", "No more invitations can be sent today.")
    remedy = Text(
        "24時間に送れるのは、団体から{most}通、1つのアドレスへは{most_each}通までです。明日またお試しください。",
        "Within 24 hours a municipality can send {most} letters, {most_each} to one address. Try again tomorrow.",
    )


class InvitationsUnavailableError(ConflictError):
    """The operator has set no way to send mail."""

    code = "invitations-unavailable"
    title = Text("このサービスからはメールを送れません。", "This service can't send mail.")
    remedy = Text(
        "招待はメールで送ります。メールを送る設定を、サービスの運営者に依頼してください。",
        "Invitations go by mail. Ask the operator of the service to set up a mail server.",
    )


class InviterUnknownError(ConflictError):
    """Somebody has to answer for an invitation, and whoever issued the token is no member (any more)."""

    code = "inviter-unknown"
    title = Text("このトークンでは招待できません。", "This token can't invite anybody.")
    remedy = Text(
        "招待には、発行した人の名前が入ります。いまの構成員が、新しいAPIトークンを発行してください。",
        "An invitation names whoever issued the token. Let a present member issue a new one.",
    )


class InvitationClosedError(NotFoundError):
    """The link of a letter leads nowhere: it was never given out, or is long forgotten."""

    code = "invitation-unknown"
    title = Text("このリンクは使えません。", "This link can't be used.")
    remedy = Text(
        "メールのリンクを、途中で切れないように開いてください。それでも開けないときは、団体の管理者に、招待を送り直すよう依頼してください。",
        "Open the whole link of the mail. If that doesn't help, ask the administrator of the municipality for another.",
    )


class InvitationExpiredError(InvitationClosedError):
    """The time of the link is over."""

    code = "invitation-expired"
    title = Text("この招待は、期限（{days}日）が過ぎました。", "This invitation is older than {days} days.")
    remedy = Text(
        "団体の管理者に、招待を送り直すよう依頼してください。",
        "Ask the administrator of the municipality to send it anew.",
    )


class InvitationWithdrawnError(InvitationClosedError):
    """An administrator took it back."""

    code = "invitation-withdrawn"
    title = Text("この招待は、取り消されました。", "This invitation was withdrawn.")
    remedy = Text(
        "心当たりがないときは、団体の管理者に確かめてください。",
        "If you did not expect that, ask the administrator of the municipality.",
    )


class InvitationReplacedError(InvitationClosedError):
    """A new letter was sent, and only its link counts."""

    code = "invitation-replaced"
    title = Text("この招待は、送り直されています。", "This invitation was sent anew.")
    remedy = Text("あとから届いたメールのリンクを開いてください。", "Open the link of the later mail.")


class InvitationUsedError(InvitationClosedError):
    """Somebody has joined by it."""

    code = "invitation-used"
    title = Text("この招待は、すでに使われています。", "This invitation was used already.")
    remedy = Text(
        "参加が済んでいれば、ログインするだけで使えます。",
        "If you have joined, just sign in.",
    )


class InvitationForOtherError(ForbiddenError):
    """An invitation counts for the person it was written to."""

    code = "invitation-for-other"
    title = Text("この招待は、別の人あてです。", "This invitation is for somebody else.")
    remedy = Text(
        "ログアウトして、招待されたメールアドレスのアカウントでログインし直してください。",
        "Sign out, and sign in with the account of the invited address.",
    )
