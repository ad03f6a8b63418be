"""A Unix socket at which other processes of the instance have something done at once that is else due by the clock."""

import json
import logging
import os
import pwd
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from carteiro.words import Fault, packed

log = logging.getLogger("carteiro.bell")


class Bell(socketserver.UnixStreamServer):
    """Does its work for whoever connects, one after the other, and answers with a line of JSON: null, or the fault.

    Nothing is read from who connects: to ring is all that can be asked.
    """

    request_queue_size = 64

    def __init__(self, path: Path, work: Callable[[], None], owner: str) -> None:
        """Make the socket, as root; it is for root and the user `owner` alone."""
        self.work = work
        path.unlink(missing_ok=True)
        super().__init__(str(path), _Ring, bind_and_activate=False)
        self.server_bind()
        # Nobody can connect before the socket listens.
        account = pwd.getpwnam(owner)
        os.chown(path, account.pw_uid, account.pw_gid)
        path.chmod(0o600)
        self.server_activate()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Answer as long as the caller is in here; work that has begun comes to its end."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.25}, name="bell", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """One ring that goes wrong must not be the last: this is one of the loops that log and go on."""
        log.exception("could not do what was asked for")


class _Ring(socketserver.StreamRequestHandler):
    server: Bell

    def handle(self) -> None:
        answer = None
        try:
            self.server.work()
        except Fault as fault:
            answer = packed(fault)
        with suppress(BrokenPipeError, ConnectionResetError):  # who does not care has left already
            self.wfile.write(json.dumps(answer).encode() + b"\n")
