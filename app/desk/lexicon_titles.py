"""What the lexicons that ship are called in the interface's language; their files say it in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adaptation.lexicon import Listed, Scope
from app.translation import translate


def titled(lexicons: Sequence[Listed]) -> tuple[Listed, ...]:
    """Lexicons as the window shows them; whose title somebody else wrote keep it."""
    titles = _shipped_titles()
    return tuple(
        replace(each, title=titles.get(each.name, each.title)) if each.scope is Scope.SHIPPED else each
        for each in lexicons
    )


def _shipped_titles() -> dict[str, str]:
    """By their names."""
    return {
        "british-spellings": translate("LexiconTitles", "British spellings of terms in the other packs"),
        "cardiology": translate("LexiconTitles", "Cardiology and vessels"),
        "dermatology": translate("LexiconTitles", "Skin"),
        "ear-nose-throat": translate("LexiconTitles", "Ear, nose and throat"),
        "endocrinology": translate("LexiconTitles", "Endocrinology, nutrition and metabolism"),
        "gastroenterology": translate("LexiconTitles", "Digestive system, liver and teeth"),
        "general-medicine": translate(
            "LexiconTitles", "General medicine: symptoms, signs and what several specialties share"
        ),
        "gynaecology": translate("LexiconTitles", "Pregnancy, birth, female genital organs and breast"),
        "haematology": translate("LexiconTitles", "Blood and immune system"),
        "infectious-diseases": translate("LexiconTitles", "Infections and their organisms"),
        "neurology": translate("LexiconTitles", "Nervous system"),
        "oncology": translate("LexiconTitles", "Tumours"),
        "ophthalmology": translate("LexiconTitles", "Eye"),
        "orthopaedics": translate("LexiconTitles", "Bones, joints, muscles and injuries"),
        "paediatrics": translate("LexiconTitles", "Newborns and congenital malformations"),
        "pharmacy": translate("LexiconTitles", "Medicines on the market, by their substance"),
        "pharmacy-brands": translate("LexiconTitles", "Medicines by their brands"),
        "pharmacy-rare": translate(
            "LexiconTitles", "Substances with an official name that are not, or no longer, on the market"
        ),
        "psychiatry": translate("LexiconTitles", "Mental and behavioural disorders"),
        "pulmonology": translate("LexiconTitles", "Lungs and breathing"),
        "radiology": translate("LexiconTitles", "Imaging and the anatomy that it shows"),
        "surgery": translate("LexiconTitles", "Operations, devices and poisons"),
        "urology": translate("LexiconTitles", "Kidney, urinary and male genital organs"),
    }
