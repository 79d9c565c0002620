"""What formatting does, by name, and which of it is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from speech.errors import OtoscribeError

RULES: dict[str, str] = {
    "punctuation": "Marks that are said: comma, full stop, open bracket.",
    "layout": "New line, new paragraph, bullet point.",
    "headings": "Heading plan.",
    "numbers": "Numbers in words become digits where medicine writes digits.",
    "thousands": "A separator in 5,000 units.",
    "units": "500 milligrams becomes 500 mg.",
    "percent": "Ten percent becomes 10%.",
    "temperatures": "Degrees Celsius becomes °C.",
    "fractions": "120 over 80, 5 out of 10, one half.",
    "ranges": "4 to 6 weeks becomes 4-6 weeks.",
    "sizes": "3 by 2 centimeters becomes 3 x 2 cm.",
    "ratios": "A dilution of one to two hundred becomes 1:200.",
    "dates": "Days, months and years; their capitals.",
    "times": "Eight thirty a m becomes 8:30 a.m.",
    "durations": "A 3-month supply, a 24-hour urine.",
    "ages": "67-year-old, in her 60s.",
    "ordinals": "4th metacarpal, 21st day.",
    "roman": "Cranial nerve VII, stage III, factor VIII.",
    "vertebrae": "L4-L5, T12.",
    "staging": "T2N0M0, G2P1, B12: letters with numbers.",
    "gauges": "18-gauge, 14 French, 3-0 Vicryl.",
    "frequencies": "q6h, BID, PRN.",
    "abbreviations": "Letters said one by one: MRI, COPD.",
    "names": "Spelling of known names: Salter-Harris, E. coli, X-ray.",
    "titles": "Dr. Lee, Mr. Patel.",
    "capitals": "A capital at the start of a sentence.",
}

PUNCTUATIONS = ("both", "spoken", "automatic")


class UnknownRuleError(OtoscribeError):
    """A rule, way of punctuation or language that does not exist was named."""


@dataclass(frozen=True)
class FormattingOptions:
    """`off`: names of RULES to leave out. `punctuation`: whose marks count.

    "both" keeps what the recogniser wrote and follows what is said. "spoken" takes out the marks that the recogniser
    set by itself wherever marks are said; a dictation without any said mark keeps them. "automatic" leaves words such
    as comma as they are. Raises UnknownRuleError for names that do not exist.
    """

    off: frozenset[str] = frozenset()
    punctuation: str = "both"

    def __post_init__(self) -> None:
        for name in sorted(self.off - RULES.keys()):
            raise UnknownRuleError(f"There is no formatting rule {name}", "There are: " + ", ".join(RULES) + ".")
        if self.punctuation not in PUNCTUATIONS:
            raise UnknownRuleError(
                f"There is no punctuation {self.punctuation}", "Choose " + ", ".join(PUNCTUATIONS) + "."
            )

    def allows_any(self, rules: tuple[str, ...]) -> bool:
        """Whether any of the rules is switched on."""
        return (not self.off and self.punctuation != "automatic") or any(map(self.allows, rules))

    def allows(self, rule: str) -> bool:
        """Whether the rule is switched on."""
        return rule not in self.off and not (rule == "punctuation" and self.punctuation == "automatic")
