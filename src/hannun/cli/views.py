"""`hannun views` builds the single views; `hannun view` shows one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import AsOfOption, HomeOption, JsonOption, as_of_day, console, home_of, progress_console, show

app = typer.Typer(help="The single views of all customers.", no_args_is_help=True)


@app.command()
def build(home: HomeOption = None, as_of: AsOfOption = None, json: JsonOption = False) -> None:
    """Build the views of all customers; readers move over when they are complete."""
    import time

    from rich.progress import Progress

    from hannun.workflows.views import build_views

    began = time.monotonic()
    opened = home_of(home)
    with Progress(console=progress_console, transient=True) as bars:
        task = bars.add_task("views", total=None)
        built = build_views(
            opened,
            as_of_day(opened, as_of),
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    seconds = round(time.monotonic() - began, 2)
    data = {
        "generation": built.generation,
        "as_of": built.as_of,
        "customers": built.customers,
        "already_built": built.already_built,
        "seconds": seconds,
    }

    def render() -> None:
        done = "already built: nothing to do" if built.already_built else f"built in {seconds:.1f} s"
        console.print(f"{built.customers:,} views as of {built.as_of}, generation {built.generation}: {done}")

    show(data, json, render)


def view(
    customer_id: Annotated[str, typer.Argument(help="The customer's identifier.")],
    home: HomeOption = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the panels: ko or en.")] = "ko",
    json: JsonOption = False,
) -> None:
    """The single view of one customer."""
    from hannun.cli.view_panels import panels
    from hannun.views.words import Words, language_of
    from hannun.workflows import views

    words = Words(language_of(lang))
    document = views.view(home_of(home), customer_id)
    show(document, json, lambda: console.print(panels(words, document, console.width)))
