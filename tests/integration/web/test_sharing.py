"""What goes out about a person: shown before it is sent, with the consent that allows it, and who sees what."""

from __future__ import annotations

from interfaces.web.staff.covers import covered_by, covers
from tests.web import WebHouse


def referral(house: WebHouse, *packet: str) -> tuple[str, str, str]:
    """A case with a listed partner and a referral to it: the references of case, partner, referral."""
    case = house.case(age_group="adult", interpreting_needed=False)
    partner = house.open_below(
        None, "dara", "partner", called="Evening school", branch="care", verified=True, agreement_seen=True
    )
    ref = house.open_below(case, "sok", "referral", needed_service="vocational", receiver=partner)
    if packet:
        house.step("sok", "record", ref, packet=packet, expected_results="To learn a trade")
    return case, partner, ref


def consent(house: WebHouse, case: str, partner: str, *content: str) -> str:
    """A consent of the person to this service of this partner, given."""
    ref = house.open_below(
        case, "sok", "consent", giver="person", content=content, receiver=partner, purpose="service", explained=True
    )
    house.step("sok", "act", ref, "give")
    return ref


class TestAReferral:
    def test_says_that_nothing_is_sent_and_that_nobody_decided_what_goes_along(self, house: WebHouse) -> None:
        _, _, ref = referral(house)
        page = house.browser("sok").get(f"/instances/{ref}")
        assert "Nothing is sent yet." in page
        assert "It is not decided yet what goes along." in page
        assert f"/instances/{ref}/record?field=packet" in page

    def test_shows_what_goes_along_and_what_stays(self, house: WebHouse) -> None:
        _, _, ref = referral(house, "identity", "plan")
        page = house.browser("sok").get(f"/instances/{ref}")
        assert "<dt>Goes along</dt><dd>Identity and Plan</dd>" in page
        assert "Hiv status" in page.split("<dt>Stays here</dt>")[1].split("</dd>")[0]
        assert "Evening school" in page
        assert "No consent allows this." in page

    def test_names_the_consent_that_allows_it_and_until_when(self, house: WebHouse) -> None:
        case, partner, ref = referral(house, "identity")
        allowing = consent(house, case, partner, "identity", "plan")
        page = house.browser("sok").get(f"/instances/{ref}")
        part = page.split("The consent that allows it")[1].split("</section>")[0]
        assert allowing in part
        assert "Ask whether the consent still holds" in part

    def test_is_not_allowed_by_a_consent_to_less_or_to_somebody_else_or_one_withdrawn(self, house: WebHouse) -> None:
        case, partner, ref = referral(house, "identity", "plan")
        consent(house, case, partner, "identity")
        withdrawn = consent(house, case, partner, "identity", "plan")
        house.step("sok", "act", withdrawn, "withdraw")
        other = house.open_below(None, "dara", "partner", called="Clinic", branch="care", verified=True)
        consent(house, case, other, "identity", "plan")
        assert "No consent allows this." in house.browser("sok").get(f"/instances/{ref}")


class TestAConsent:
    def test_says_who_sees_what_and_what_it_is_used_for(self, house: WebHouse) -> None:
        case, partner, ref = referral(house, "identity")
        given = consent(house, case, partner, "identity", "plan")
        page = house.browser("sok").get(f"/instances/{given}")
        assert "Who sees what" in page
        assert "<dt>May see</dt><dd>Identity and Plan</dd>" in page
        assert "Evening school" in page
        assert ref in page.split("Passed on, or to be passed on, by this")[1].split("</ul>")[0]
        assert "This allows nothing now." not in page

    def test_that_was_withdrawn_allows_nothing(self, house: WebHouse) -> None:
        case, partner, _ = referral(house, "identity")
        given = consent(house, case, partner, "identity")
        house.step("sok", "act", given, "withdraw")
        page = house.browser("sok").get(f"/instances/{given}")
        assert "This allows nothing now." in page
        assert "Nothing was passed on by this." in page


class TestWhatTheWorkflowSays:
    def test_names_both_sides_of_what_goes_out_in_every_process_that_sends(self, house: WebHouse) -> None:
        rules = house.served.running.rules
        sending = {process: set(covers(rules, process)) for process in rules.processes if covers(rules, process)}
        assert sending["referral"] == {"send"}
        assert "send" in sending["disclosure"]
        assert {"referral", "disclosure"} <= set(covered_by(rules, "consent"))
