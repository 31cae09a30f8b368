"""Serving the pages."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from hannun.base.errors import HannunError, MissingExtra
from hannun.portal.guard import require_loopback
from hannun.portal.source import Source


def serve(source: Source, host: str, port: int, *, started: Callable[[str], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        host: a loopback address.
        port: 0: any that is free.
        started: called with the address when the server answers there.

    Raises:
        SettingsError: the host is not a loopback address.
        MissingExtra: NiceGUI is not installed.
        HannunError: the port is taken.
    """
    require_loopback(host)
    try:
        import uvicorn

        from hannun.portal.app import application
    except ModuleNotFoundError as error:
        if error.name in ("nicegui", "fastapi", "uvicorn", "starlette"):
            raise MissingExtra("hannun serve", "portal") from None
        raise
    listener = _listen(host, port)
    place = f"[{host}]" if ":" in host else host
    address = f"http://{place}:{listener.getsockname()[1]}"
    config = uvicorn.Config(application(source), log_level="warning", access_log=False)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[Any] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                started(address)

    with listener:
        Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise HannunError(
            f"cannot listen on {host}:{port}: {error.strerror}", mend="choose another: --port N, or 0 for any"
        ) from None
    return listener
