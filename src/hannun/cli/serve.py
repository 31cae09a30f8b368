"""`hannun serve`: the pages and their JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import HomeOption, home_of, say


def serve(
    home: HomeOption = None,
    host: Annotated[
        str | None, typer.Option("--host", help="A loopback address; else the setting 'host'.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="0: any that is free; else the setting 'port'.", show_default=False),
    ] = None,
) -> None:
    """Serve the pages and their JSON on this machine, until Ctrl-C."""
    from hannun.portal import server
    from hannun.portal.source import Source
    from hannun.views import Views

    opened = home_of(home)
    source = Source(opened.settings.company, Views(opened.store), opened.contracts, opened.lake)
    server.serve(
        source,
        opened.settings.host if host is None else host,
        opened.settings.port if port is None else port,
        started=lambda address: say(f"{opened.settings.company}: {address}  (Ctrl-C ends)"),
    )
