"""Refusals around try-outs."""

from __future__ import annotations

from marketplace.kernel.errors import RateLimitedError
from marketplace.kernel.text import Text


class TryoutsFullError(RateLimitedError):
    """The service holds as many try-outs as it may."""

    code = "tryouts-full"
    title = Text("いまは、お試しの利用が上限に達しています。", "All try-outs are taken at the moment.")
    remedy = Text(
        "しばらく待ってから、もう一度お試しください。ログインしてワークスペースに導入することもできます。",
        "Please try again later, or sign in and install it into a workspace.",
    )


class TryoutsOfAddressError(RateLimitedError):
    """One address holds as many try-outs as it may."""

    code = "tryouts-of-address"
    title = Text(
        "同じネットワークから同時に使えるお試しは{most}個までです。",
        "At most {most} try-outs can be used from one network at a time.",
    )
    remedy = Text(
        "前のお試しが削除されるまで待つか、ログインしてワークスペースに導入してください。",
        "Wait until an earlier one is deleted, or sign in and install it into a workspace.",
    )
