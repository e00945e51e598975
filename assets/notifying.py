"""Notifications: a short message by e-mail or to a webhook."""

from __future__ import annotations

import json
import os
import smtplib
import urllib.request
from email.message import EmailMessage

from pipeline.calendar import Email, Notifications

PATIENCE_SECONDS = 30
PASSWORD = "IEGUVUMI_SMTP_PASSWORD"  # noqa: S105 - the name of a setting


def notify(notifications: Notifications, subject: str, text: str) -> None:
    """Send the message by all ways that are configured.

    Raises OSError or SMTPException when one can't be reached: the sensor's tick then fails and is seen.
    """
    if notifications.webhook is not None:
        _post(notifications.webhook, subject, text)
    if notifications.email is not None:
        _send(notifications.email, subject, text)


def _post(address: str, subject: str, text: str) -> None:
    """Post JSON with a `text`, as the common chat services take it."""
    body = json.dumps({"text": f"{subject}\n{text}"}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310 - checked in the plan
        pass


def _send(email: Email, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, email.sender, ", ".join(email.to)
    message.set_content(text)
    with smtplib.SMTP(email.host, email.port, timeout=PATIENCE_SECONDS) as server:
        if email.starttls:
            server.starttls()
        if email.user is not None:
            server.login(email.user, os.environ.get(PASSWORD, ""))
        server.send_message(message)
