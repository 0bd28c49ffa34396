"""Why a household should be visited, in words."""

from __future__ import annotations

from desktop.pages.parts.words import Words
from desktop.services.people.visit_values import House, Reason, Saying


def about(words: Words, house: House) -> str:
    """Where they live, how many they are, their telephone."""
    place = " ".join(filter(None, (house.area_label, words.house(house.house_no))))
    living = words.text("visits.living", count=house.living) if house.living else ""
    return " · ".join(filter(None, (place, living, house.phone)))


def why(words: Words, house: House) -> str:
    """All reasons in one line, the strongest first; how long nobody was there has a column of its own."""
    if all(each.reason in (Reason.NEVER, Reason.UNSEEN) for each in house.reasons):
        never = any(each.reason is Reason.NEVER for each in house.reasons)
        return words.text("visits.why_first" if never else "visits.why_again")
    said = [reason(words, each) for each in house.reasons if each.reason not in (Reason.NEVER, Reason.UNSEEN)]
    return "；".join(said) if words.text.language == "zh" else "; ".join(said)


def reason(words: Words, said: Saying) -> str:
    if said.reason is Reason.OLD:
        years = words.text("shell.age", age=said.number) if said.number else ""
        return words.text("visits.why_old", label=said.label, name=said.who, age=years)
    if said.reason is Reason.AGED:
        return words.text("visits.why_aged", name=said.who, years=said.number)
    if said.reason is Reason.APPOINTED and said.day is not None:
        return words.text("visits.why_appointed", day=words.day(said.day))
    return words.text(f"visits.why_{said.reason.value}", count=said.number)


def unseen(words: Words, house: House) -> str:
    """How long nobody was there."""
    last = next((each for each in house.reasons if each.reason in (Reason.NEVER, Reason.UNSEEN)), None)
    return reason(words, last) if last is not None else ""
