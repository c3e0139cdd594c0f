"""Ways to send a mail. Both implement `application.ports.Mailer`."""

import smtplib
from email.message import EmailMessage

from loguru import logger

from marketplace.application.ports import Mail


class LogMailer:
    """Writes to the log that a mail would go out: for development, the demo and tests."""

    def send(self, mail: Mail) -> None:
        logger.info("mail to {to}: {subject}", to=mail.to, subject=mail.subject)


class SmtpMailer:
    """Hands mails to an SMTP server, by STARTTLS and with a login where these are set."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        starttls: bool = False,
        user: str = "",
        password: str = "",
        timeout: float = 10,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._starttls = starttls
        self._user = user
        self._password = password
        self._timeout = timeout

    def send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.message_id}>"
        message.set_content(mail.text)
        with smtplib.SMTP(self._host, self._port, timeout=self._timeout) as server:
            if self._starttls:
                server.starttls()
            if self._user:
                server.login(self._user, self._password)
            server.send_message(message)
