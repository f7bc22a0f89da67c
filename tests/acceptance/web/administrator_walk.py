"""The walk of somebody new to administration: a stricter date, an unsafe draft that is turned back, two persons."""

from __future__ import annotations

from tests.acceptance.web.walker import Walker

UNSAFE = """process: case
actions:
  talk_at_once:
    says: Talk at once
    by: [interviewer]
    moves: {identification: {from: [presumed], to: interviewing}}
"""
SAFE = """process: case
deadlines:
  plan_review:
    due: {after: P20D, source: {house: director, decided: 2026-11-01, why: county audit}}
"""


def walk(by: Walker) -> str:
    """The whole walk; the name of the version that came into force."""
    name = f"ours-by-{by.way}"
    start(by, name)
    is_turned_back(by)
    tightens(by)
    is_published(by, name)
    return name


def start(by: Walker, name: str) -> None:
    """Vanna starts a draft that builds on the workflow in force."""
    by.go("/sign-in")
    by.press("Begin as vanna")
    by.shot("workflows")
    by.write("name", name)
    by.select("extends", "kh-2009")
    by.press("Start a draft")
    by.see(name, "No problems")
    by.write("new_file", "case.yaml")
    by.press("Add it")
    by.link("case.yaml", inside=".tabs")


def is_turned_back(by: Walker) -> None:
    """A way round the rule that care comes first: the proofs show how it breaks, and nobody is asked to approve it."""
    by.write("text", UNSAFE)
    by.press("Keep and look at problems")
    by.press("Prove its promises")
    by.see("How it breaks", "Talk at once")
    by.shot("unsafe")
    by.link("The draft")
    by.press("Ask for approval", status=409)
    by.see("Not asked for yet")
    by.shot("turned-back")
    by.link("Back to the draft")


def tightens(by: Walker) -> None:
    """Twenty working days instead of thirty: every promise holds."""
    by.link("case.yaml", inside=".tabs")
    by.write("text", SAFE)
    by.press("Keep and look at problems")
    by.see("No problems")
    by.shot("safe")
    by.link("What it changes")
    by.see("Stricter", "The deadline plan_review of case: 30 → 20 working days")
    by.shot("difference")
    by.link("The draft")
    by.press("Ask for approval")
    by.see("Waiting for a second person")
    by.shot("waiting")


def is_published(by: Walker, name: str) -> None:
    """Dara reads what it changes and what is proved, and approves."""
    by.become("dara")
    by.link("Team", inside="nav")
    by.shot("team")
    by.link(f"a version of {name}")
    by.see("What it changes", "30 → 20 working days")
    by.shot("approval")
    by.choose("answer", "yes")
    by.press("Decide")
    by.become("vanna")
    by.link("Workflows", inside="nav")
    by.see(f"{name}", "in force")
    by.link(name, inside="main .rows")
    by.see("In force.", "published by Vanna and Dara")
    by.shot("published")
