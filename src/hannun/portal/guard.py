"""What stands between a browser and the pages: no foreign host name, and nothing from outside in the page."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hannun.base.errors import SettingsError

# The pages compile their templates in the browser, hence unsafe-eval; connect-src keeps every request on this server.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def require_loopback(host: str) -> None:
    """Refuse an address that others can reach.

    Raises:
        SettingsError: the host is not a loopback address.
    """
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        raise SettingsError(f"the host '{host}' is not known here", mend="use 127.0.0.1") from None
    if not all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in addresses):
        raise SettingsError(
            f"hannun serve does not bind to '{host}': without access control everybody who reaches it would see every customer",
            mend="use 127.0.0.1, and an SSH tunnel from another machine",
        )


def is_local(host: str) -> bool:
    """Whether a Host header names this machine's loopback address: another name means a page elsewhere asks through a browser."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware: refuses foreign Host and Origin headers, adds the headers that keep a page to itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is local."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = urlsplit(headers["origin"]).netloc if "origin" in headers else headers.get("host", "")
        if not is_local(headers.get("host", "")) or not is_local(origin):
            await _refuse(scope, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                have = {name.lower() for name, _ in message.get("headers", [])}
                added = {**_HEADERS, **({} if b"cache-control" in have else {"cache-control": "no-store"})}
                message["headers"] = [*message.get("headers", []), *((k.encode(), v.encode()) for k, v in added.items())]
            await send(message)

        await self.app(scope, receive, with_headers)


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": b"This server answers on the loopback address only.\n"})
