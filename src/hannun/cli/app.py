"""The whole command line, put together.

A module of commands imports nothing heavy at its top, so that `hannun --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hannun import __version__
from hannun.base import logging
from hannun.base.errors import HannunError
from hannun.cli import (
    backup,
    campaigns,
    contracts,
    demo,
    doctor,
    features,
    ingest,
    init,
    lake,
    models,
    quarantine,
    segments,
    serve,
    simulate,
    views,
)

app = typer.Typer(
    name="hannun",
    help="Hannun (한눈): a card company's data hub, models and Customer Single View.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(init.init)
app.command()(demo.demo)
app.command()(ingest.ingest)
app.command()(views.view)
app.command()(serve.serve)
app.command()(simulate.simulate)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(doctor.doctor)
app.add_typer(contracts.app, name="contracts")
app.add_typer(features.app, name="features")
app.add_typer(models.app, name="models")
app.add_typer(segments.app, name="segments")
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(lake.app, name="lake")
app.add_typer(views.app, name="views")
app.add_typer(quarantine.app, name="quarantine")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hannun {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,  # noqa: ARG001
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what is going on.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
) -> None:
    """Options that stand before the command."""
    logging.configure(verbose=verbose or debug)


def main() -> None:
    """Run the command line; exit 1 with one line when the input or state is wrong."""
    try:
        app()
    except HannunError as error:
        if "--debug" in sys.argv:
            raise
        sys.stderr.write(f"hannun: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of a pipe has gone (`hannun … | head`): not our failure.
        sys.stderr.close()
        sys.exit(0)
