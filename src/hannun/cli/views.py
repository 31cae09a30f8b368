"""`hannun view`: the single view of one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import HomeOption, JsonOption, console, home_of, show


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
