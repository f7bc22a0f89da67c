"""The walk of somebody new on the staff: from first contact to a closing, and back when a sign says so."""

from __future__ import annotations

from tests.acceptance.web.walker import Walker

MARKERS = {
    "first_note": "zq-amber-willow-3391",
    "safe_contact": "zq-market-gate-5582",
    "must_not_know": "zq-nephew-lamp-7710",
    "ask": "zq-please-look-8846",
    "answer": "zq-done-this-morning-6604",
    "expected_results": "zq-own-trade-1273",
    "learning_review": "zq-late-interpreter-9065",
    "view_on_closing": "zq-enough-for-now-4417",
}
"""Words that are found nowhere else; what holds them is sealed, and no title or address ever says them."""


def walk(by: Walker) -> str:
    """The whole walk; the reference of its case."""
    case = open_case(by)
    is_refused(by, case)
    care_is_recorded(by, case)
    goes_on(by, case)
    refers(by, case)
    closes(by, case)
    comes_back(by, case)
    return case


def open_case(by: Walker) -> str:
    """Sok opens a case from a first contact, and lets Nita hold the interview."""
    by.go("/sign-in")
    by.shot("sign-in")
    by.press("Begin as sok")
    by.see("A new case", "Treated as a victim.")
    by.shot("new-case")
    by.choose("danger_now", "no_danger")
    by.choose("age_group", "adult")
    by.choose("met_through", "came_alone")
    by.choose("language", "khmer")
    by.choose("interpreting_needed", "false")
    by.choose("needed_today", "doctor", "food")
    by.write("safe_contact", MARKERS["safe_contact"])
    by.write("must_not_know", MARKERS["must_not_know"])
    by.write("first_note", MARKERS["first_note"])
    by.press("Open the case")
    by.see("Where things stand", "An adult.", MARKERS["safe_contact"])
    by.shot("case")
    case = by.ref
    by.link("Assign or hand over")
    by.unfold("Interviewer")
    by.choose("person", "nita")
    by.press("Give this role")
    by.see("Nita")
    return case


def is_refused(by: Walker, case: str) -> None:
    """Nita asks for the interview too early, and reads why not yet and who can do what."""
    by.become("nita")
    by.link(case, inside="main")
    by.unfold("Not possible yet: begin the interview")
    by.link("Ask for it all the same")
    by.press("Begin the identification interview", status=409)
    by.see(
        "Not possible yet: begin the interview",
        "Critical medical and psychological care comes before the identification interview.",
        "Confirm a safe space for the interview.",
        "Offer a support person and wait for the answer.",
        "Your question was written into the journal.",
        "KH-MS-7.1.6",
    )
    by.shot("refused")
    by.link("KH-MS-7.1.6")
    by.see("KH-MS-7.1.6")
    by.shot("clause")


def care_is_recorded(by: Walker, case: str) -> None:
    """Nita records what is hers to see to, and asks Maly for the rest; Maly records care."""
    by.become("nita")
    by.link(case, inside="main")
    by.unfold("Not possible yet: begin the interview")
    by.link("Record the answer")
    by.choose("safe_space", "true")
    by.choose("apart_from_suspects", "true")
    by.choose("support_person", "present")
    by.choose("interview_explained", "true")
    by.shot("record")
    by.press("Record")
    by.press("Begin the identification interview", status=409)
    by.see("Critical medical care: not offered.")
    by.link("Ask Maly")
    by.write("about", MARKERS["ask"])
    by.shot("ask")
    by.press("Ask")
    by.become("maly")
    by.unfold("This week")
    by.shot("my-work")
    by.link("Answer what is asked")
    by.shot("asked")
    by.write("answer", MARKERS["answer"])
    by.press("Answer")
    by.link("Up to")
    by.link("Record something")
    by.choose("medical_care", "delivered")
    by.choose("psychological_care", "delivered")
    by.shot("care")
    by.press("Record")
    by.see("Where things stand")


def goes_on(by: Walker, case: str) -> None:
    """Nita holds the interview, and Sok confirms."""
    by.become("nita")
    by.link(case, inside="main")
    by.link("Begin the identification interview")
    by.press("Begin the identification interview")
    by.see("Where things stand")
    by.shot("interviewing")
    by.link("End the identification interview")
    by.choose("five_answers", "name", "age", "needs")
    by.press("End the identification interview")
    by.become("sok")
    by.link(case, inside="main")
    by.unfold("Not possible yet: confirm that the person was trafficked")
    by.link("Record the answer")
    by.choose("trafficking_act", "recruited")
    by.choose("trafficking_means", "deceit")
    by.choose("trafficking_purpose", "bonded_labour")
    by.press("Record")
    by.press("Confirm that the person was trafficked")
    by.see("Confirmed")
    by.shot("confirmed")


def refers(by: Walker, case: str) -> None:
    """Sok refers the person to a workshop: first the person's wish and consent, then the letter."""
    by.become("sok")
    by.link(case, inside="main")
    by.unfold("Begin something else")
    by.link("Referral", inside="#h-parts ~ details")
    by.link("Prepare a referral")
    by.choose("needed_service", "vocational")
    by.press("Prepare a referral")
    by.shot("referral")
