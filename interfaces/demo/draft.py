"""A change of the workflow that waits for a second person, in the demonstration: proposed and proved like any other.

Its proofs take seconds, so that it is proposed while the house is served already, in a thread of its own. The end of
the house does not wait for them: what was not proposed by then is at the next start.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import orjson

from cases.errors import CannotStart, HomewardError
from cases.publish import Publishing, propose
from config.folder import shipped_folder
from config.loader import Loaded, load_draft
from interfaces.demo.make import WORKFLOW
from interfaces.demo.model import FILE, FOLDER, DraftSaid, read_draft
from state_machine.checks.verdict import Report
from wiring.house import RunningHouse
from wiring.proving import proved


class Proposing:
    """The change, on its way. `told` hears what keeps it from being proposed; `prove` says what is proved of it."""

    def __init__(
        self, running: RunningHouse, told: Callable[[str], None], prove: Callable[[Loaded], Report] = proved
    ) -> None:
        self._running = running
        self._told = told
        self._prove = prove
        self._writing = threading.Lock()
        self._ended = False
        # Whoever ends the program does not wait for proofs; there is nothing to tidy up after them.
        self._thread = threading.Thread(target=self._propose, name="homeward-draft", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Nothing is proposed from now on."""
        with self._writing:
            self._ended = True

    def wait(self, seconds: float) -> bool:
        """Wait until it is proposed, or will not be; whether that came about in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _propose(self) -> None:
        try:
            propose_draft(self._running, self._prove, self._while_it_goes_on)
        except HomewardError as problem:
            self._told(str(problem))

    def _while_it_goes_on(self, propose_it: Callable[[], Publishing]) -> Publishing | None:
        with self._writing:
            return None if self._ended else propose_it()


def propose_draft(
    running: RunningHouse,
    prove: Callable[[Loaded], Report] = proved,
    on: Callable[[Callable[[], Publishing]], Publishing | None] = lambda propose_it: propose_it(),
) -> Publishing | None:
    """Propose what the demonstration's file says; None where it says nothing, or it was proposed before.

    It takes seconds, for its proofs; what writes after them is handed to `on`. Raises CannotStart where the deadline of
    the file is not there, or the version is not let through.
    """
    said = read_draft(shipped_folder() / WORKFLOW / FOLDER / FILE)
    if said is None or _was_proposed(running, said.by):
        return None
    loaded = _changed(said)
    report = prove(loaded)

    def propose_it() -> Publishing:
        done = propose(running.house, loaded, report, said.by, running.clock.now())
        if done.outcome == "waits":
            running.sweep()  # who may approve is asked at once
        return done

    done = on(propose_it)
    if done is not None and done.outcome != "waits":
        raise CannotStart(f"the draft of the demonstration: {'; '.join(one.says for one in done.objections)}")
    return done


def _was_proposed(running: RunningHouse, person: str) -> bool:
    """Whether this person has ever proposed anything here."""
    with running.house.store.look() as tx:
        ref = tx.person_ref(person)
        entries = tx.entries(ref) if ref is not None else ()
        return any(orjson.loads(entry.clear).get("action") == "publish" for entry in entries)


def _changed(said: DraftSaid) -> Loaded:
    shipped = shipped_folder() / WORKFLOW
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / WORKFLOW
        shutil.copytree(shipped, copy)
        _tighten(copy / f"{said.process}.yaml", said)
        return load_draft(str(copy))


def _tighten(path: Path, said: DraftSaid) -> None:
    """Write the other figure into the deadline, and nothing else."""
    begins = re.compile(rf"(^  {said.deadline}:\n(?:    .*\n)*?      after: )(\S+)", re.MULTILINE)
    text, count = begins.subn(rf"\g<1>{said.after}", path.read_text("utf-8"), count=1)
    if count != 1:
        raise CannotStart(f"the draft of the demonstration: {path.name} has no deadline {said.deadline} with `after`")
    path.write_text(text, "utf-8")
