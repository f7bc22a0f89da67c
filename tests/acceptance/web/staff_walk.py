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
    closes(by)
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
    by.link(case)
    by.see(MARKERS["ask"])
    by.shot("asked")
    by.write("answer", MARKERS["answer"])
    by.press("Answer")
    by.link("Up to")
    by.link("Record something")
    by.link("Identification", inside=".tabs")
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
    by.unfold("Not possible yet: send the referral")
    by.link("Record the answer")
    by.select("receiver", "A public reading room")
    by.choose("persons_decision", "wants")
    by.write("expected_results", MARKERS["expected_results"])
    by.choose("informed_before", "true")
    by.choose("packet", "identity")
    by.choose("kept_back", "nothing_that_matters")
    by.press("Record")
    by.press("Send the referral", status=409)
    by.see("There is no consent of the person to a service of this receiver.")
    by.shot("referral-refused")
    consents(by)
    by.link("Up to")
    by.link("Referral", inside="#h-parts ~ ul")
    by.link("Prepared")
    by.link("Send the referral", inside=".can")
    by.press("Send the referral")
    by.see("Sent")
    by.shot("referral-sent")
    by.link("The receiver takes it up")
    by.press("The receiver takes it up")
    by.see("Taken up")


def consents(by: Walker) -> None:
    """The person agrees to what goes to whom, after it was explained."""
    by.link("Ask for consent")
    by.choose("giver", "person")
    by.choose("content", "identity")
    by.select("receiver", "A public reading room")
    by.choose("purpose", "service")
    by.shot("consent")
    by.press("Ask for consent")
    by.press("Send the referral", status=409)
    by.link("Record the consent")
    by.press("The consent is given", status=409)
    by.link("Record the answer")
    by.choose("explained", "true")
    by.press("Record")
    by.press("The consent is given")


def closes(by: Walker) -> None:
    """Sok asks the person about closing, and closes."""
    by.link("Up to")
    by.unfold("Not possible yet: ask the person about closing the case")
    by.link("Record the answer")
    by.choose("informed_of", "closing")
    by.press("Record")
    by.write("view_on_closing", MARKERS["view_on_closing"])
    by.choose("agrees_to_close", "agrees")
    by.shot("consultation")
    by.press("Ask the person about closing the case")
    by.unfold("Not possible yet: close the case without full success")
    by.shot("not-closed-yet")
    by.link("Record the answer")
    by.attach("learning_review", MARKERS["learning_review"])
    by.choose("stability_points", "health", "emotional", "financial", "settled", "confidence")
    by.choose("prepared", "person", "no_family_contact", "community_not_wanted")
    by.press("Record")
    by.see("Close the case without full success")
    by.choose("seems_uncooperative", "false")
    by.press("Close the case without full success")
    by.see("Closed and watched", "Closed without full success.")
    by.shot("closed")


def comes_back(by: Walker, case: str) -> None:
    """A sign of new harm opens the case again."""
    by.become("maly")
    by.link("Cases", inside="nav")
    by.shot("cases")
    by.link(case)
    by.link("Report harm, danger or signs of new trauma")
    by.choose("harm_seen", "retraumatised")
    by.press("Report harm, danger or signs of new trauma")
    by.see("Open, episode 2", "In crisis")
    by.shot("reopened")
    by.become("sok")
    by.shot("work-after")
    by.link(case)
    by.see("Open, episode 2")
    by.link("Everything that happened")
    by.see("without full success")
    by.shot("history")
