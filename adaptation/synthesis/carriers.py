"""Sentences that a term can stand in. They hold no numbers: nobody is to learn a dose from them."""

from __future__ import annotations

_DRUG = (
    "The patient was started on {} last week.",
    "Please continue {} once daily.",
    "We stopped {} because of nausea.",
    "She has been taking {} at bedtime.",
    "He tolerates {} well.",
    "I would recommend a trial of {} with close follow up.",
    "Current medications include {} and vitamin D.",
    "There is no known allergy to {}.",
    "The dose of {} was reduced.",
    "We discussed the side effects of {} in detail.",
)
_DIAGNOSIS = (
    "There is a history of {}.",
    "The findings are consistent with {}.",
    "She was diagnosed with {} in the spring.",
    "The working diagnosis is {}.",
    "He was referred for evaluation of {}.",
    "There is no evidence of {} at this time.",
    "Her mother was treated for {}.",
    "Impression: {}, stable.",
    "We reviewed the management of {} today.",
    "The patient has known {} and attends regularly.",
)
_PROCEDURE = (
    "The patient underwent {} without complication.",
    "I have requested {} as an outpatient.",
    "She consented to {} this morning.",
    "The next step would be {}.",
    "We discussed the risks and benefits of {}.",
    "Results of {} are pending.",
    "He recovered well after {}.",
    "Plan: {} within the month.",
)
_ANATOMY = (
    "There is tenderness over the {}.",
    "The {} appears normal.",
    "Imaging shows a small lesion near the {}.",
    "The {} was examined carefully.",
    "There was mild swelling around the {}.",
    "No abnormality of the {} was seen.",
)
_ANY = (
    "We talked about {} today.",
    "The letter mentions {}.",
    "Please make a note of {} in the chart.",
    "The report refers to {} on the first page.",
    "Further questions concerned {}.",
    "The question was whether {} plays a part here.",
    "The referral asks about {}.",
    "Of note is {} in the earlier records.",
)
# The first whose word is in the category.
_BY_CATEGORY = (
    (("drug", "medic", "substance", "pharm", "ingredient", "vaccin"), _DRUG),
    (("diagnos", "disease", "disorder", "condition", "finding", "symptom", "syndrome"), _DIAGNOSIS),
    (("procedure", "surg", "operation", "imaging", "examination", "test"), _PROCEDURE),
    (("anatom", "body", "structure"), _ANATOMY),
)


def carriers_for(category: str) -> tuple[str, ...]:
    """The sentences for terms of a lexicon's category, with {} where the term stands; any category will do."""
    folded = category.casefold()
    return next((carriers for words, carriers in _BY_CATEGORY if any(word in folded for word in words)), _ANY)
