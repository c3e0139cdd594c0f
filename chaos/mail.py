"""A mail server that keeps what it is sent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class Mailbox:
    def __init__(self, port: int) -> None:
        self.port = port
        self._mails: list[Message] = []
        self._lock = threading.Lock()

    def keep(self, mail: Message) -> None:
        with self._lock:
            self._mails.append(mail)

    def mails(self) -> list[Message]:
        with self._lock:
            return list(self._mails)


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 chaos")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                self._receive()
            self._say("221 bye" if command == b"QUIT" else "250 fine")
            if command == b"QUIT":
                return

    def _receive(self) -> None:
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                assert isinstance(self.server, _Server)
                self.server.mailbox.keep(message_from_bytes(b"".join(lines)))
                return
            lines.append(line)
        # Whoever dies before the end has not sent it.
        raise ConnectionAbortedError

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    mailbox: Mailbox

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients are killed here; that is no news."""


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """A mail server on loopback until the block is left."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.mailbox = Mailbox(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
            thread.join()
