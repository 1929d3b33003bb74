"""`ringback admin judge`: what the rules say of values, for those who check their own models."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from backend.grounding.cases import Case


def judge(
    file: Annotated[Path, typer.Argument(help="One JSON object a line; `-`: standard input.")],
) -> None:
    """Judge values by their quotes: a line of JSON in, a verdict out, no model asked.

    A line has `turns` (`"agent: words"` or `{role, text}`), `schema` (of the field), `field` (its
    name), `value`, `quote`, `quoted_turns`, and may have `began_at`, `time_zone`, `language` and
    `id`. A verdict is `objected` with `code` and `message`, `to_second_reading`, or `proven`.
    """
    if str(file) != "-" and not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    counted: Counter[str] = Counter()
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise typer.BadParameter(f"Line {n}: {place}: {first['msg']}") from error
        answer = case.answer()
        counted[answer["verdict"]] += 1
        named = {"id": json.loads(line)["id"]} if "id" in json.loads(line) else {"line": n}
        typer.echo(json.dumps({**named, **answer}, ensure_ascii=False))
    typer.echo(json.dumps(dict(sorted(counted.items()))), err=True)
