"""`hannun models`: what can be scored, and scoring it."""

from __future__ import annotations

from typing import Annotated

import typer

from hannun.cli.common import AsOfOption, HomeOption, JsonOption, as_of_day, console, home_of, say, show, table, unseen_lines

app = typer.Typer(help="The models.", no_args_is_help=True)

MODELS = [("marketing_score", "마케팅 스코어", "How much a customer suits a segment: grades and points", "score.marketing_score")]


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """The models that this version has."""
    data = [dict(zip(("model", "name_ko", "description", "table"), item, strict=True)) for item in MODELS]
    show(data, json, lambda: table("", ["model", "모형", "description", "table"], MODELS))


@app.command()
def score(
    model: Annotated[str, typer.Argument(help="The model: marketing_score.")],
    home: HomeOption = None,
    as_of: AsOfOption = None,
    population: Annotated[
        list[str] | None, typer.Option("--population", help="Only these populations.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Score all customers as of a date; what has not changed is left as it is."""
    from dataclasses import asdict

    from hannun.base.errors import NotFound
    from hannun.workflows import score as workflow

    if model not in [item[0] for item in MODELS]:
        raise NotFound(f"there is no model '{model}'", mend=f"one of {', '.join(item[0] for item in MODELS)}")
    opened = home_of(home)
    found = workflow.score(opened, as_of_day(opened, as_of), population or (), progress=say)
    data = [
        {
            "model": model,
            "population": item.population,
            "as_of": item.as_of,
            "status": item.status,
            "customers": item.customers,
            "rows": item.rows,
            "share_by_chance": {str(grade): share for grade, share in item.by_chance.items()},
            "segments_without_industries": list(item.blind),
            "spending": item.basis,
            "unseen": asdict(item.unseen) if item.unseen else None,
            "run": item.run,
        }
        for item in found
    ]

    def render() -> None:
        rows = [
            (i.population, i.as_of, i.status, i.customers, i.rows, " ".join(f"{share:.0%}" for share in i.by_chance.values()))
            for i in found
        ]
        columns = ["population", "as_of", "", "customers", "rows", "decided by a tie, grades 1…7"]
        table("", columns, rows, right=["customers", "rows"])
        blind = sorted({name for item in found for name in item.blind})
        if blind:
            console.print(f"this company has no industry for: {', '.join(blind)}", markup=False)
        for day, lost in {item.as_of: item.unseen for item in found if item.unseen}.items():
            for line in unseen_lines(lost):
                console.print(f"as of {day}: {line}")
        if all(item.status == "empty" for item in found):
            console.print("nobody belongs to it by what was known then")
        elif all(item.status in ("unchanged", "empty") for item in found):
            console.print("nothing to do: the sources, segments and settings have not changed")

    show(data, json, render)
