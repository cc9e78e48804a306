"""Keeps the web server and the job worker running side by side, and stops both cleanly.

Both are forks of their keeper, which has loaded the program already: a child that died is back within a moment.
The keeper holds the listening socket: while the web server is started again, callers wait instead of being refused.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from types import FrameType

from setproctitle import setproctitle

from marketplace.serving.handed_socket import handed_listener
from marketplace.serving.memory import give_memory_back, keep_out_of_collections
from marketplace.settings import Settings

log = logging.getLogger(__name__)

GRACE_SECONDS = 2
"""What a keeper gives its children beyond the time that they give what is under way."""
SHORTEST_LIFE_SECONDS = 2
LONGEST_PAUSE_SECONDS = 10
PORT_SECONDS = 5
"""How long the processes of a service that was killed may hold on to the port."""
BACKLOG = 1024
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortUnusableError(Exception):
    """The service can't listen where the settings say."""


def listen(settings: Settings) -> socket.socket:
    """Take the port, or the socket that systemd holds for us while we are started again. Raises PortUnusableError."""
    return handed_listener() or _listen(settings.host, settings.port, "")


def listen_for_admin(settings: Settings) -> socket.socket | None:
    """Take the port of those who watch, if there is to be one. Raises PortUnusableError."""
    return _listen(settings.admin_host, settings.admin_port, "ADMIN_") if settings.admin_port else None


def _listen(host: str, port: int, prefix: str) -> socket.socket:
    """Take a port; a service that has just been killed gets a moment to let go of it. Raises PortUnusableError."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            return _bind(host, port)
        except (OSError, OverflowError) as error:
            in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            if not in_use or time.monotonic() > deadline:
                raise PortUnusableError(_refusal(host, port, prefix, error, in_use=in_use)) from error
        time.sleep(0.2)


@dataclass(slots=True)
class Child:
    """One program that has to be running."""

    name: str
    program: Callable[[], None]
    foreign: tuple[socket.socket, ...] = ()
    """Sockets of its siblings: as long as it held one, callers could come in, and nobody would answer."""
    process: ForkProcess | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Fork; signals wait until the child has put off its keeper's way of taking them."""
        self.started = time.monotonic()
        self.process = get_context("fork").Process(target=self._run, args=(os.getpid(),), name=self.name)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def has_ended(self) -> bool:
        """Tell whether the program is not running."""
        return self.process is None or not self.process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Return how the program ended last: minus the number of the signal if one ended it."""
        return None if self.process is None else self.process.exitcode

    def _run(self, keeper: int) -> None:
        """Run the program in a session of its own, so that Ctrl-C reaches only the keeper."""
        os.setsid()
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        for held in self.foreign:
            held.close()
        _become(f"yokoten {self.name}", keeper)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        try:
            self.program()
        except Exception:
            log.exception("%s failed", self.name)
            sys.exit(1)


@dataclass(slots=True)
class Keeper:
    """Starts the children, starts one again when it dies, and ends them all together."""

    children: list[Child]
    grace_seconds: float = GRACE_SECONDS
    stopping: bool = False
    sockets: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        """Start every child; they share the program with their keeper, and do with memory as it does."""
        give_memory_back()
        keep_out_of_collections()
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Return when asked to stop; until then start again whatever dies, more slowly each time it dies young."""
        while not self.stopping:
            for child in self.children:
                if child.has_ended():
                    self._revive(child)
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask every child to end, and end those that don't within the grace time."""
        self.stopping = True
        for held in self.sockets:
            held.close()
        running = [child.process for child in self.children if child.process and child.process.is_alive()]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.grace_seconds
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _revive(self, child: Child) -> None:
        lived = time.monotonic() - child.started
        child.failures = child.failures + 1 if lived < SHORTEST_LIFE_SECONDS else 0
        again = time.monotonic() + (min(0.2 * 2**child.failures, LONGEST_PAUSE_SECONDS) if child.failures else 0)
        while time.monotonic() < again and not self.stopping:
            time.sleep(0.1)
        if not self.stopping:
            # A signal is a negative number; -9 without anybody's doing is the kernel out of memory.
            log.warning("%s ended; starting it again", child.name, extra={"exit_code": child.exit_code})
            child.start()


def grace_seconds(settings: Settings) -> float:
    """Return how long the children may take to end."""
    return settings.drain_seconds + settings.stop_seconds + GRACE_SECONDS


def stop_on_signals(keeper: Keeper) -> None:
    """Let Ctrl-C, SIGTERM and the end of the terminal end the watch; what nohup started outlives the terminal."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        keeper.stopping = True

    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def _bind(host: str, port: int) -> socket.socket:
    family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _refusal(host: str, port: int, prefix: str, error: Exception, *, in_use: bool) -> str:
    if in_use:
        return (
            f"ポート {port} は、ほかのプログラムが使っています。それを止めるか、PORT=8001 make run のように別の番号を"
            f"指定してください（MARKETPLACE_{prefix}PORT）。 / Port {port} is in use by another program. Stop it, or "
            f"choose another number: PORT=8001 make run (MARKETPLACE_{prefix}PORT)"
        )
    place, settings = f"{host}:{port}", (f"MARKETPLACE_{prefix}HOST", f"MARKETPLACE_{prefix}PORT")
    return (
        f"{place} で待ち受けできません（{error}）。{' と '.join(settings)} を確かめてください。"
        f" / Can't listen on {place} ({error}). Check {' and '.join(settings)}."
    )


def _become(name: str, parent: int) -> None:
    """Show a name in lists of processes, and end when the keeper is killed, so that no orphan holds the port."""
    setproctitle(name)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)  # The keeper was killed before it could be watched.
