"""Files of terms in the formats that people have them in."""

from adaptation.lexicon.readers.reader import (
    LARGEST_FILE_BYTES,
    MOST_LINES,
    Reading,
    name_from,
    read_lexicon,
)

__all__ = ["LARGEST_FILE_BYTES", "MOST_LINES", "Reading", "name_from", "read_lexicon"]
