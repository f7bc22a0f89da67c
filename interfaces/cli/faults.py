"""How errors are told on the command line: in words on standard error, or as JSON on standard output."""

from __future__ import annotations

from typer import TyperException

from config.problems import Problem
from interfaces.cli.output import Paper, write_json
from interfaces.errors import ExitCode, Fault, fault_document


def tell_fault(fault: Fault, as_json: bool) -> ExitCode:
    """Tell an error; answers the exit code 1."""
    if as_json:
        write_json(fault_document(fault))
        return ExitCode.FAILED
    paper = Paper(to_stderr=True)
    for problem in fault.problems:
        tell_problem(paper, problem)
    paper.line(sentence(fault.message), "bold red")
    for line in fault.trace:
        paper.line(line, indent=2)
    return ExitCode.FAILED


def sentence(text: str) -> str:
    """A message as a sentence of its own; what begins with a name or a quotation stays as it is."""
    first = text.partition(" ")[0]
    said = f"{text[:1].upper()}{text[1:]}" if first.isalpha() else text
    return said + ("" if text.endswith((".", "?", "!")) else ".")


def tell_problem(paper: Paper, problem: Problem) -> None:
    """`file:line:column: message`, then what stood there, what was expected, and the nearest known name."""
    paper.plain(f"{problem.file}:{problem.line}:{problem.column}: {problem.message}")
    for label, text in (("found", problem.found), ("expected", problem.expected)):
        if text:
            paper.field(label, text)
    if problem.suggestion:
        paper.field("perhaps", problem.suggestion)


def tell_usage(problem: TyperException, as_json: bool) -> ExitCode:
    """Tell that a command was typed wrongly, and how it is typed; answers the exit code 2."""
    context = getattr(problem, "ctx", None)
    usage = context.get_usage() if context is not None else ""
    message = problem.format_message()
    if as_json:
        write_json({"error": {"kind": "usage", "message": message, "usage": usage}})
        return ExitCode.USAGE
    paper = Paper(to_stderr=True)
    if context is not None and not context.args and type(problem).__name__ == "NoArgsIsHelpError":
        paper.plain(context.get_help())
        return ExitCode.USAGE
    if usage:
        paper.plain(usage)
    paper.line(message, "bold red")
    if context is not None:
        paper.note(f"Try {context.command_path} --help.")
    return ExitCode.USAGE
