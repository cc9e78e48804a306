"""A web server is started again behind its socket, as systemd holds it: callers wait, and none is refused."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from tests.e2e.service import Service, children_of, is_alive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
START = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -m marketplace.cli web'


class Web(Service):
    """`yokoten web` on a socket that the test holds."""

    def prepare(self):
        command = [sys.executable, "-m", "marketplace.cli", "db", "upgrade"]
        subprocess.run(command, env=self.settings(), check=True, capture_output=True)

    def launch(self):
        def hand_over():
            os.dup2(self.listener.fileno(), 3)

        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["/bin/sh", "-c", START, sys.executable],
                env=self.settings(),
                stdout=log,
                stderr=log,
                close_fds=False,
                preexec_fn=hand_over,  # noqa: PLW1509 - no thread runs yet that could hold a lock
            )

    def ask(self, path="/api/v1/templates"):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def wait_for(self, path, expected, seconds=60):
        deadline = time.monotonic() + seconds
        while (found := self.ask(path)) != expected:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)


class Alone(Web):
    """`yokoten web` on a port of its own, as in a container."""

    def launch(self):
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "marketplace.cli", "web"]
            return subprocess.Popen(command, env=self.settings(), stdout=log, stderr=log)

    def wait_until_ready(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.ask("/readyz") == (200, b"ok\n"):
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.05)


@pytest.fixture
def web(tmp_path):
    made = Web(tmp_path / "var")
    made.started = []
    with socket.create_server(("127.0.0.1", made.port), backlog=1024) as made.listener:
        made.prepare()
        yield made
        for process in made.started:
            process.terminate()
            process.wait(60)


def test_no_request_fails_while_the_web_server_is_started_again(web):
    web.started.append(web.launch())
    assert web.ask()[0] == 200
    answers, stopping = [], threading.Event()

    def keep_asking():
        while not stopping.is_set():
            try:
                answers.append(web.ask()[0])
            except OSError as error:
                answers.append(error)

    callers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for caller in callers:
        caller.start()
    while len(answers) < 20:
        time.sleep(0.01)
    web.started[0].send_signal(signal.SIGTERM)
    assert web.started[0].wait(60) == 0
    web.started.append(web.launch())
    web.wait_for("/readyz", (200, b"ok\n"))
    stopping.set()
    for caller in callers:
        caller.join()
    assert set(answers) == {200}
    assert "Traceback" not in web.output()


def test_a_request_under_way_is_answered_before_the_end(web):
    web.environ["MARKETPLACE_STOP_SECONDS"] = "100"
    web.started.append(web.launch())
    web.wait_for("/readyz", (200, b"ok\n"))
    (master,) = [pid for name, pid in children_of(web.started[0].pid) if "web" in name]
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=120)) as sender:
        sender.request("GET", "/livez")  # From now on one of the processes has this connection.
        assert sender.getresponse().read() == b"ok\n"
        sender.putrequest("POST", "/api/v1/drafts")
        for name, value in (("Content-Type", "application/zip"), ("Content-Length", "2000")):
            sender.putheader(name, value)
        sender.endheaders(b"x" * 1000)
        web.started[0].send_signal(signal.SIGTERM)
        while len(children_of(master)) > 1:
            time.sleep(0.05)  # The other process, which has nothing to do, goes first.
        sender.send(b"x" * 1000)
        assert sender.getresponse().status == 401
    assert web.started[0].wait(60) == 0


def test_a_server_that_drains_says_so_and_answers_until_it_ends(web):
    web.environ["MARKETPLACE_DRAIN_SECONDS"] = "3600"
    web.started.append(web.launch())
    web.wait_for("/readyz", (200, b"ok\n"))
    (master,) = [pid for name, pid in children_of(web.started[0].pid) if "web" in name]
    os.kill(master, signal.SIGTERM)
    web.wait_for("/readyz", (503, b"draining\n"))
    assert web.ask("/livez") == (200, b"ok\n")
    assert web.ask()[0] == 200
    os.kill(master, signal.SIGTERM)
    assert not is_alive(master, 60)
    web.started[0].kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_callers_are_answered_or_refused_at_the_end(tmp_path, number):
    """Without systemd, too: a request that was let in is answered; who is refused has sent nothing yet."""
    web = Alone(tmp_path / "var")
    web.prepare()
    process = web.launch()
    try:
        web.wait_until_ready()
        web.ask()
        answers = []

        def keep_asking():
            while not answers or not isinstance(answers[-1], OSError):
                try:
                    answers.append(web.ask()[0])
                except OSError as error:
                    answers.append(error)

        callers = [threading.Thread(target=keep_asking) for _ in range(8)]
        for caller in callers:
            caller.start()
        while len(answers) < 50:
            time.sleep(0.01)
        process.send_signal(number)
        for caller in callers:
            caller.join()
        ends = [type(answer) for answer in answers if answer != 200]
        assert set(ends) <= {ConnectionRefusedError, ConnectionResetError}
        # The kernel may let in one more between the last look at the queue and the end of the socket.
        assert ends.count(ConnectionResetError) <= 1
        assert process.wait(60) == 0
        assert "Traceback" not in web.output()
    finally:
        process.kill()
        process.wait(60)
