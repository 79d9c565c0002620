"""British spellings of American terms, by the word parts in which they differ."""

from __future__ import annotations

import re

_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\bhem(?=[aou]|ic\b|ip|at)(?!i)", "haem"),
        (r"(?<=[abd-su-z])hem(?=o|at|ic\b)|(?<=\bmet)hem", "haem"),
        (r"(?<=[a-z])emia(?=s?\b)(?<!academia)", "aemia"),
        (r"(an|glyc|leuk|ur|sept|tox|vol|natr|kal|calc|lipid|bacter|ox)emi(?=cs?\b)", r"\1aemi"),
        (r"ischem", "ischaem"),
        (r"(?<!o)edema", "oedema"),
        (r"(?<=[a-z]o)esophag", "-oesophag"),
        (r"(?<![o-])esophag|(?<=-)esophag", "oesophag"),
        (r"\bestr(?=o|a)", "oestr"),
        (r"\b(orthop|p)ed(?=iatri)", r"\1aed"),
        (r"orthoped", "orthopaed"),
        (r"gynec", "gynaec"),
        (r"anesth", "anaesth"),
        (r"diarrhea", "diarrhoea"),
        (r"rrhe(?=a\b|al\b|ic\b)", "rrhoe"),
        (r"\bceli(?=ac)", "coeli"),
        (r"\bcec(?=um|al|o)", "caec"),
        (r"\bfec(?=es|al)", "faec"),
        (r"\bameb", "amoeb"),
        (r"\betiolog", "aetiolog"),
        (r"tumor\b", "tumour"),
        (r"tumors\b", "tumours"),
        (r"\bcolor\b", "colour"),
        (r"\bfiber", "fibre"),
        (r"\bcenter\b", "centre"),
        (r"\bcesarean", "caesarean"),
        (r"\bmaneuver", "manoeuvre"),
        (r"dyspnea\b", "dyspnoea"),
        (r"(?<=[a-z])pnea\b", "pnoea"),
        (r"\bgoiter", "goitre"),
        (r"\bpaleo", "palaeo"),
    )
)


def british(term: str) -> str | None:
    """The term as it is written in Britain, or None where it is written the same."""
    spelled = term
    for pattern, replacement in _RULES:
        spelled = pattern.sub(lambda match, new=replacement: _cased(match, new), spelled)
    return spelled if spelled != term else None


def _cased(match: re.Match[str], replacement: str) -> str:
    spelled = match.expand(replacement)
    return spelled[:1].upper() + spelled[1:] if match[0][:1].isupper() else spelled
