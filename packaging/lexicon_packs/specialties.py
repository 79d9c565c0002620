"""Which pack a code's terms belong to, by the chapters of ICD-10-CM and the body systems of ICD-10-PCS."""

from __future__ import annotations

TITLES = {
    "general-medicine": "General medicine: symptoms, signs and what several specialties share",
    "cardiology": "Cardiology and vessels",
    "pulmonology": "Lungs and breathing",
    "gastroenterology": "Digestive system, liver and teeth",
    "endocrinology": "Endocrinology, nutrition and metabolism",
    "haematology": "Blood and immune system",
    "oncology": "Tumours",
    "infectious-diseases": "Infections and their organisms",
    "neurology": "Nervous system",
    "psychiatry": "Mental and behavioural disorders",
    "ophthalmology": "Eye",
    "ear-nose-throat": "Ear, nose and throat",
    "dermatology": "Skin",
    "orthopaedics": "Bones, joints, muscles and injuries",
    "urology": "Kidney, urinary and male genital organs",
    "gynaecology": "Pregnancy, birth, female genital organs and breast",
    "paediatrics": "Newborns and congenital malformations",
    "radiology": "Imaging and the anatomy that it shows",
    "surgery": "Operations, devices and poisons",
    "pharmacy": "Medicines on the market, by their substance",
    "pharmacy-brands": "Medicines by their brands",
    "pharmacy-rare": "Substances with an official name that are not, or no longer, on the market",
    "british-spellings": "British spellings of terms in the other packs",
}

# Ranges of ICD-10-CM codes; the first that holds a code decides.
_DIAGNOSES = (
    ("A00", "B99", "infectious-diseases"),
    ("C00", "D49", "oncology"),
    ("D50", "D89", "haematology"),
    ("E00", "E89", "endocrinology"),
    ("F00", "F99", "psychiatry"),
    ("G00", "G99", "neurology"),
    ("H00", "H59", "ophthalmology"),
    ("H60", "H95", "ear-nose-throat"),
    ("I00", "I99", "cardiology"),
    ("J00", "J39", "ear-nose-throat"),
    ("J40", "J99", "pulmonology"),
    ("K00", "K95", "gastroenterology"),
    ("L00", "L99", "dermatology"),
    ("M00", "M99", "orthopaedics"),
    ("N00", "N53", "urology"),
    ("N60", "O9A", "gynaecology"),
    ("P00", "Q99", "paediatrics"),
    ("R00", "R99", "general-medicine"),
    ("S00", "S99", "orthopaedics"),
    ("T36", "T65", "surgery"),
    ("T00", "T88", "orthopaedics"),
    ("U00", "U99", "infectious-diseases"),
    ("Z00", "Z99", "general-medicine"),
)
# Body systems of ICD-10-PCS, by the second place of a code of section 0.
_SYSTEMS = {
    **dict.fromkeys("01", "neurology"),
    **dict.fromkeys("23456", "cardiology"),
    "7": "haematology",
    "8": "ophthalmology",
    **dict.fromkeys("9C", "ear-nose-throat"),
    "B": "pulmonology",
    **dict.fromkeys("DF", "gastroenterology"),
    "G": "endocrinology",
    "H": "dermatology",
    **dict.fromkeys("KLMNPQRS", "orthopaedics"),
    **dict.fromkeys("TV", "urology"),
    "U": "gynaecology",
}


def of_diagnosis(code: str) -> str | None:
    """The pack of an ICD-10-CM code; None for external causes, which name no illness."""
    return next((pack for first, last, pack in _DIAGNOSES if first <= code[:3] <= last), None)


def of_procedure(code: str) -> str:
    """The pack of the beginning of an ICD-10-PCS code."""
    if code[:1] in ("B", "C", "D"):
        return "radiology"
    if code[:1] == "1":
        return "gynaecology"
    return _SYSTEMS.get(code[1:2], "surgery") if code[:1] == "0" else "surgery"
