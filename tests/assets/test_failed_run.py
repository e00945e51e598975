"""A failed run is told to a webhook and by e-mail, with nothing in it but where to look."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from assets.failed_runs import failed_run_sensor
from assets.notifying import notify
from pipeline.calendar import Notifications
from pipeline.home import Settings
from tests.assets.yearly_home import PLAN

VALUE = "participant 29123456"


class Webhook(BaseHTTPRequestHandler):
    """Keeps what was posted."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as one message needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            command = line.strip().upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append(b"".join(lines).decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                return


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[list[object]]:
    received: list[object] = []
    server.received = received  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()


@dg.op
def breaks() -> None:
    raise ValueError(VALUE)


@dg.job
def failing() -> None:
    breaks()


def sensor_tick(home: Path, webhook: str | None) -> None:
    """Run a job that fails and let the sensor look at it."""
    line = f"calendar: {{notifications: {{webhook: '{webhook}'}}}}\n" if webhook else ""
    plan = PLAN[PLAN.index("evaluations:") :]
    (home / "evaluation.yaml").write_text(line + plan, encoding="utf-8")
    settings = Settings.for_home(home, {})
    sensor = failed_run_sensor(settings, settings.home.plan().calendar.notifications)
    wanted = dg.DefaultSensorStatus.RUNNING if webhook else dg.DefaultSensorStatus.STOPPED
    assert sensor.default_status == wanted
    with dg.instance_for_test() as instance:
        result = failing.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        sensor(context)


def test_a_webhook_hears_where_the_run_failed_and_nothing_of_a_person(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Webhook)
    with serving(server) as received:
        sensor_tick(tmp_path, f"http://127.0.0.1:{server.server_port}/hook")
    [message] = received
    assert isinstance(message, dict)
    assert "the run `failing`" in message["text"]
    assert "failed in: breaks" in message["text"]
    assert "29123456" not in message["text"]


def test_nobody_is_told_unless_the_plan_says_whom(tmp_path: Path) -> None:
    sensor_tick(tmp_path, None)


def test_an_email_is_sent() -> None:
    server = socketserver.TCPServer(("127.0.0.1", 0), Mail)
    email = {"to": ["a@example.org"], "from": "b@example.org", "host": "127.0.0.1"}
    with serving(server) as received:
        port = server.server_address[1]
        notify(Notifications.model_validate({"email": {**email, "port": port}}), "A subject", "A text.")
    [message] = received
    assert "Subject: A subject" in str(message)
    assert "To: a@example.org" in str(message)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with https://"):
        Notifications(webhook="ftp://example.org")
