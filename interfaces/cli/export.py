"""`homeward workflow export`: a process in a language that other tools read."""

from __future__ import annotations

from typing import Annotated

import typer

from config.loader import load_workflow
from interfaces.cli.case_steps import CASE
from interfaces.cli.desk import facts_of
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import write_json, write_raw
from state_machine.rules import Rules
from state_machine.scxml import chart

Process = Annotated[
    str, typer.Option("--process", metavar="P", help="The process to write; case, if left out.", show_default=False)
]


def export(name: Workflow, process: Process = CASE, as_json: AsJson = False) -> None:
    """Write a process as a state chart in SCXML, with every guard in it."""
    loaded = load_workflow(name)
    rules = Rules.compile(loaded.workflow, loaded.hash)
    facts_of(rules, process)
    written = chart(rules, process)
    if as_json:
        inputs = {given: told.says for given, told in written.inputs.items()}
        head = {"workflow": loaded.workflow.workflow, "hash": loaded.hash, "process": process, "format": "scxml"}
        write_json(head | {"facts": list(written.facts), "inputs": inputs, "chart": written.text})
    else:
        write_raw(written.text)
