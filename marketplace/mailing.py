"""Chooses what becomes of mail, by the settings."""

from __future__ import annotations

from marketplace.kernel.mail import LocalOutbox, Mailer, NoMailer
from marketplace.mail.smtp import Security, SmtpMailer, SmtpServer
from marketplace.setting_values import none_of
from marketplace.settings import PREFIX, Settings


def open_mailer(settings: Settings) -> Mailer:
    """Return the way to the server that is set; without one the outbox page if it is wanted, else no way at all.

    Raises SettingsError.
    """
    sender = settings.sender
    if not settings.smtp_host:
        return LocalOutbox() if settings.outbox_page else NoMailer()
    try:
        security = Security(settings.smtp_security)
    except ValueError:
        raise none_of(f"{PREFIX}SMTP_SECURITY", settings.smtp_security, Security) from None
    server = SmtpServer(
        settings.smtp_host, settings.smtp_port, security, settings.smtp_user, settings.smtp_password, sender
    )
    return SmtpMailer(server)
