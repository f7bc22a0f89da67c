"""A change of the workflow that waits for a second person, in the demonstration: proposed and proved like any other."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from cases.errors import CannotStart
from cases.publish import Publishing, propose
from config.folder import shipped_folder
from config.loader import load_draft
from interfaces.demo.make import WORKFLOW
from interfaces.demo.model import FILE, FOLDER, DraftSaid, read_draft
from wiring.house import RunningHouse
from wiring.proving import proved


def propose_draft(running: RunningHouse) -> Publishing | None:
    """Propose what the demonstration's file says; None where it says nothing. It takes seconds, for its proofs.

    Raises CannotStart where the deadline of the file is not there, or the version is not let through.
    """
    shipped = shipped_folder() / WORKFLOW
    said = read_draft(shipped / FOLDER / FILE)
    if said is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / WORKFLOW
        shutil.copytree(shipped, copy)
        _tighten(copy / f"{said.process}.yaml", said)
        loaded = load_draft(str(copy))
    done = propose(running.house, loaded, proved(loaded), said.by, running.clock.now())
    if done.outcome != "waits":
        raise CannotStart(f"the draft of the demonstration: {'; '.join(one.says for one in done.objections)}")
    running.sweep()  # who may approve is asked at once
    return done


def _tighten(path: Path, said: DraftSaid) -> None:
    """Write the other figure into the deadline, and nothing else."""
    begins = re.compile(rf"(^  {said.deadline}:\n(?:    .*\n)*?      after: )(\S+)", re.MULTILINE)
    text, count = begins.subn(rf"\g<1>{said.after}", path.read_text("utf-8"), count=1)
    if count != 1:
        raise CannotStart(f"the draft of the demonstration: {path.name} has no deadline {said.deadline} with `after`")
    path.write_text(text, "utf-8")
