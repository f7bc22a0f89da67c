"""Arguments and options that several commands share, each described once."""

from __future__ import annotations

from typing import Annotated

import typer

from config.loader import list_shipped


def _workflow_names(incomplete: str) -> list[str]:
    return [name for name in list_shipped() if name.startswith(incomplete)]


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output, and nothing else.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="PERSON", envvar="HOMEWARD_AS", help="Who does this: a name of people.yaml."),
]
InRole = Annotated[
    str | None, typer.Option("--role", metavar="ROLE", help="Act in this one of the person's roles alone.")
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="Idempotency key: the same attempt again changes nothing."),
]
IfRevision = Annotated[
    int | None,
    typer.Option("--if-revision", metavar="N", help="Only if the family still stands at this revision."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it is sealed in the journal.")]
Observed = Annotated[
    str | None,
    typer.Option(
        "--observed",
        metavar="TIME",
        help="When it was seen, if not now: 2027-03-01 or 2027-03-01T14:00 (time of the workflow's zone).",
    ),
]
Ref = Annotated[str, typer.Argument(metavar="REF", help="Reference of an instance, such as 7K3M-9XQT-2HDJ.")]
Facts = Annotated[
    list[str] | None,
    typer.Argument(metavar="FACT=VALUE", help="Facts; lists as a,b; links by reference; documents as @path."),
]
Workflow = Annotated[
    str,
    typer.Argument(
        metavar="NAME-or-FOLDER", help="A shipped workflow, or the folder of one.", autocompletion=_workflow_names
    ),
]
Workflows = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME-or-FOLDER", help="Shipped workflows, or folders of them.", autocompletion=_workflow_names
    ),
]
