"""What went wrong, in one shape for everything that people touch: kind, message, places, and the exit code.

Refusals are no errors; they are answers. Here are broken input, a house that cannot start, and what may go through when
tried again. An error that nobody foresaw is told by its type and place alone, for its message may hold case data.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from cases.answers import Answer
from cases.errors import HomewardError
from config.problems import DefinitionError, Problem
from state_machine.values import BadValue


class ExitCode(IntEnum):
    """What a command of `homeward` ends with."""

    DONE = 0
    FAILED = 1  # failed, or broken input
    USAGE = 2
    REFUSED = 3
    NOT_YET = 4


EXIT_OF_DECISION = {"applied": ExitCode.DONE, "refused": ExitCode.REFUSED, "not_yet": ExitCode.NOT_YET}


def exit_code(answer: Answer) -> ExitCode:
    """The exit code that belongs to an answer of the door."""
    return EXIT_OF_DECISION[answer.decision]


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as it is told: `kind` names it for programs, `problems` say where a definition is wrong."""

    kind: str
    message: str
    problems: tuple[Problem, ...] = ()
    trace: tuple[str, ...] = ()


_OF_THE_HOUSE = {"people.yaml": "the people of the house", "holidays.yaml": "the days off of the house"}


def fault_of(error: Exception) -> Fault:
    """How an error is told."""
    match error:
        case DefinitionError():
            count = len(error.problems)
            files = {Path(problem.file).name for problem in error.problems}
            where = next((said for file, said in _OF_THE_HOUSE.items() if files == {file}), "the workflow")
            said = f"{count} {'problem' if count == 1 else 'problems'} in {where}"
            return Fault("definition", said, error.problems)
        case BadValue():
            return Fault("bad_input", str(error))
        case HomewardError():
            return Fault(_snake(type(error).__name__), str(error))
        case OSError():
            return Fault("file", _of_file(error))
        case _:
            return _unforeseen(error)


def fault_document(fault: Fault) -> dict[str, Any]:
    """A fault as JSON: `{"error": {"kind", "message", …}}`."""
    told: dict[str, Any] = {"kind": fault.kind, "message": fault.message}
    if fault.problems:
        told["errors"] = [problem_document(problem) for problem in fault.problems]
    if fault.trace:
        told["trace"] = list(fault.trace)
    return {"error": told}


def problem_document(problem: Problem) -> dict[str, Any]:
    """One thing that is wrong with a workflow, as JSON; what does not apply is null."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "found": problem.found or None,
        "expected": problem.expected or None,
        "suggestion": problem.suggestion or None,
    }


def _of_file(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else what


def _unforeseen(error: Exception) -> Fault:
    frames = traceback.extract_tb(error.__traceback__)
    return Fault(
        "unforeseen",
        f"Homeward itself made a mistake ({type(error).__name__}); report the lines below, they hold nothing of a case",
        trace=tuple(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames),
    )


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")
