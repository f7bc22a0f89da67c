"""Drafts of workflows: files that lie on the server, and what the loader says of them as one types.

A draft is what a folder is on disk: `workflow.yaml` and a file for each process. It is written into a folder for as
long as it is read, so that pages and command line read the same thing by the same loader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from access.desk import LIVES, Draft, DraftKind
from config.loader import Loaded, load_draft
from config.problems import DefinitionError, Problem
from interfaces.documents.published import published_form
from interfaces.web.visit import NotHere, Visit

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
FILE = re.compile(r"(texts/)?[a-z][a-z0-9_]{0,39}\.yaml|scenarios/[a-z0-9][a-z0-9_-]{0,59}\.yaml")
LARGEST_FILE = 200_000
MOST_FILES = 60
MAIN = "workflow.yaml"
KIND: DraftKind = "workflow"


@dataclass(frozen=True, slots=True)
class Files:
    """A draft as it is edited: the name of the workflow, and its files by path."""

    id: str
    name: str
    files: Mapping[str, str]

    def with_file(self, path: str, text: str) -> Files:
        """The same with one file otherwise; an empty text takes it away, `workflow.yaml` never."""
        kept = {**self.files, path: text}
        return Files(self.id, self.name, {one: kept[one] for one in sorted(kept) if kept[one].strip() or one == MAIN})


@dataclass(frozen=True, slots=True)
class Read:
    """What the loader makes of a draft: a whole workflow, or problems with their lines."""

    loaded: Loaded | None
    problems: Sequence[Problem]


def start(visit: Visit, name: str, extends: str) -> Files:
    """A draft that builds on a workflow and changes nothing yet."""
    return Files(visit.new_key(), name, {MAIN: first_text(name, extends)})


def first_text(name: str, extends: str) -> str:
    """The main file of a fresh draft."""
    return (
        f"workflow: {name}\n"
        f"says: What this house does otherwise\n"
        f"extends: [{extends}]\n"
        "\n"
        "# A file for each process that you tighten or add to, such as case.yaml:\n"
        "#   process: case\n"
        "#   deadlines:\n"
        "#     plan_review:\n"
        "#       due: {after: P20D, source: {house: director, decided: 2026-11-01, why: county audit}}\n"
    )


def keep(visit: Visit, files: Files) -> None:
    """Keep a draft for two weeks after it was last saved."""
    content = orjson.dumps({"name": files.name, "files": dict(files.files)})
    draft = Draft(files.id, visit.person, KIND, files.name, content, visit.now, visit.now + LIVES[KIND])
    visit.served.running.store.screens.desk.save_draft(draft)


def find(visit: Visit, id_: str) -> Files:
    """A draft of whoever is signed in. Raises NotHere."""
    found = visit.served.running.store.screens.desk.draft(id_, visit.person, visit.now)
    if found is None or found.kind != KIND:
        raise NotHere
    content = orjson.loads(found.content)
    return Files(id_, content["name"], content["files"])


def mine(visit: Visit) -> list[tuple[str, str, str]]:
    """The drafts of whoever is signed in: id, name, when it was saved."""
    drafts = visit.served.running.store.screens.desk.drafts(visit.person, KIND, visit.now)
    return [(one.id, one.about, visit.words.when(one.saved_at, with_time=True)) for one in drafts]


def read(visit: Visit, files: Files) -> Read:
    """What the loader makes of a draft; what it extends is what is in force here, then what is shipped."""
    with on_disk(files) as folder:
        try:
            loaded = load_draft(folder, published=published_form(visit.house.store), siblings=False)
        except DefinitionError as problem:
            return Read(None, [_inside(one, folder) for one in problem.problems])
    # Where the draft lay for a moment is nobody's business, whoever tells of the problems next.
    unsafe = tuple(_inside(one, folder) for one in loaded.unsafe)
    return Read(replace(loaded, unsafe=unsafe), unsafe)


@contextmanager
def on_disk(files: Files) -> Iterator[Path]:
    """The draft as a folder, which goes when it was read."""
    with TemporaryDirectory(prefix="homeward-draft-") as name:
        folder = Path(name) / files.name
        for path, text in files.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        yield folder


def _inside(problem: Problem, folder: Path) -> Problem:
    """A problem with the path of its file inside the draft."""
    start_ = f"{folder}/"
    short = problem.file.removeprefix(start_).removeprefix(f"{folder.name}/")
    return replace(problem, file=short)
