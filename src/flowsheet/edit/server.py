"""The page's server: on this machine alone, for whoever holds the token.

It listens on 127.0.0.1 only.  The address that is printed holds a token made for this run; opening it leaves
the token in a cookie, and no request is answered without.  The host that a request names must be this one,
so that no name elsewhere can be made to point here; what changes anything must come from the page itself.
The page may load and reach nothing but this server.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flowsheet.edit.desk import Desk, Refused
from flowsheet.edit.page import asset, page
from flowsheet.results.write import finite

HOST = "127.0.0.1"
_LARGEST = 4_000_000
"""[bytes] of a request: far beyond any flowsheet."""
_BEAT = 10.0
"""[s] after which a silent stream of news says that it is there, so that a page that has gone is noticed."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_HTML = "text/html; charset=utf-8"


class EditServer(ThreadingHTTPServer):
    """Serves one desk to the holder of the token.

    Args:
        desk: what is edited.
        port: to listen on; 0 for one that is free.
    """

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk = desk
        self.token = secrets.token_urlsafe(24)
        super().__init__((HOST, port), _Handler)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    @property
    def address(self) -> str:
        """Where the page is, with the token."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie's name; other ports of this machine share its cookies."""
        return f"flowsheet-{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that is closed while it is answered is no error."""

    def server_close(self) -> None:
        self.desk.session.end()
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    server: EditServer
    protocol_version = "HTTP/1.1"
    server_version = "flowsheet"
    sys_version = ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if not self._is_here():
            return
        given = parse_qs(address.query).get("token", [""])[0]
        if address.path == "/" and given:
            self._enter(given)
            return
        if not self._is_known():
            return
        desk = self.server.desk
        answers: dict[str, Callable[[], Any]] = {"/start": desk.start, "/schema": desk.schema}
        if address.path == "/":
            self._send(page(desk.file).encode(), _HTML)
        elif address.path == "/news":
            self._stream()
        elif address.path in answers:
            self._send_json(answers[address.path]())
        elif (found := asset(address.path.removeprefix("/"))) is not None:
            self._send(*found)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is nothing here")

    def do_POST(self) -> None:
        if not self._is_here() or not self._is_known() or not self._is_own():
            return
        desk = self.server.desk
        answers: dict[str, Callable[[Any], Any]] = {
            "/text": desk.text,
            "/slide": desk.slide,
            "/save": desk.save,
            "/compare": lambda question: desk.compare(),
        }
        answer = answers.get(self.path)
        if answer is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is nothing here")
            return
        try:
            self._send_json(answer(self._question()))
        except Refused as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))

    def _is_here(self) -> bool:
        """Whether the request means this server, by address or as localhost."""
        port = self.server.server_port
        if self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}"):
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "this server answers to its own address only")
        return False

    def _is_known(self) -> bool:
        """Whether the request brings the token."""
        try:
            kept = SimpleCookie(self.headers.get("Cookie", "")).get(self.server.cookie)
        except CookieError:
            kept = None
        if kept is not None and secrets.compare_digest(kept.value.encode(), self.server.token.encode()):
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "open the address that flowsheet edit printed: it holds the key")
        return False

    def _is_own(self) -> bool:
        """Whether the page itself asks, in JSON, which no form of another page can send."""
        port = self.server.server_port
        own = self.headers.get("Origin") in (f"http://{HOST}:{port}", f"http://localhost:{port}")
        if own and self.headers.get_content_type() == "application/json":
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "only the page itself may ask for this")
        return False

    def _enter(self, given: str) -> None:
        """Trade the token in the address for a cookie, and leave the address without it."""
        if not secrets.compare_digest(given.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "the key in this address is of another run")
            return
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header(
            "Set-Cookie", f"{self.server.cookie}={self.server.token}; HttpOnly; SameSite=Strict; Path=/"
        )
        self._headers(0)

    def _question(self) -> Any:
        """
        Raises:
            Refused: it is too long, or no JSON object.
        """
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            self.close_connection = True
            raise Refused("a request of this size isn't read")
        try:
            question = json.loads(self.rfile.read(int(length)))
        except ValueError as error:
            raise Refused("the request isn't JSON") from error
        if not isinstance(question, dict):
            raise Refused("the request isn't a JSON object")
        return question

    def _stream(self) -> None:
        """News as they come, as server-sent events, until the page goes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self._headers(None)
        self.close_connection = True
        desk, after, drawn = self.server.desk, 0, None
        while not desk.session.ended:
            found = desk.news(after, _BEAT)
            for news in found:
                after = max(after, news["number"])
                if news["diagram"] == drawn:
                    del news["diagram"]  # the page has it
                elif news["page"] is not None:
                    drawn = news["diagram"]
                self.wfile.write(f"data: {_json(news)}\n\n".encode())
            if not found:
                self.wfile.write(b": still here\n\n")
            self.wfile.flush()

    def _send_json(self, value: Any) -> None:
        self._send(_json(value).encode(), "application/json")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self._headers(len(content))
        self.wfile.write(content)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        if self.command == "POST":
            self.close_connection = True  # what it sent was not read
        content = _json({"error": why}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self._headers(len(content))
        self.wfile.write(content)

    def _headers(self, length: int | None) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for the user."""


def _json(value: Any) -> str:
    return json.dumps(finite(value), ensure_ascii=False, default=float)


def serve(server: EditServer) -> None:
    """Answer until interrupted (KeyboardInterrupt is passed on, after the server has closed)."""
    worker = threading.Thread(target=server.serve_forever, name="serve", daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(0.5)
    finally:
        server.shutdown()
        server.server_close()
