"""Lists of terms: read from files of any kind, stored, shipped, checked.

store = LexiconStore(folder)
store.add(read_lexicon(path).lexicon)
for lexicon in store.active(): ...
"""

from adaptation.lexicon.readers import Reading, read_lexicon
from adaptation.lexicon.report import Outcome, Report, Row
from adaptation.lexicon.store import LexiconStore, Listed
from adaptation.lexicon.terms import Lexicon, LexiconError, Scope, Term, identity
from adaptation.lexicon.usage import Usage
from adaptation.lexicon.writing import write_csv

__all__ = [
    "Lexicon",
    "LexiconError",
    "LexiconStore",
    "Listed",
    "Outcome",
    "Reading",
    "Report",
    "Row",
    "Scope",
    "Term",
    "Usage",
    "identity",
    "read_lexicon",
    "write_csv",
]
