"""How long 100,000 terms take: to import from CSV, to load from the store, to compile for recognition and to load as
compiled, to index for neighbours; and their memory.

Run: python benchmarks/lexicon_loading.py [--terms N]. Each figure is the median of five runs, in seconds of wall clock
(and of this process's own work, which other programs on the machine do not lengthen); memory in MB.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adaptation.lexicon import Lexicon, LexiconStore, read_lexicon, write_csv
from adaptation.lexicon.compiled import CompiledLexicon, compile_lexicons, source_of_lexicon
from adaptation.lexicon.neighbours import NeighbourIndex
from adaptation.lexicon.shipped import shipped_folder
from adaptation.lexicon.stored import read_stored

RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=int, default=100_000)
    count = parser.parse_args().terms
    shipped = [read_stored(path) for path in sorted(shipped_folder().glob("*.lexicon"))]
    terms = [term for lexicon in shipped for term in lexicon.terms]
    lexicon = Lexicon("all", tuple((terms * (1 + count // len(terms)))[:count]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.csv"
        write_csv(lexicon, path)
        store = LexiconStore(Path(folder))

        def import_it() -> None:
            store.add(replace(read_lexicon(path).lexicon, name="all"), replacing=True)

        figures = {
            "terms": count,
            "import_s": timed(import_it),
            "load_s": timed(lambda: store.load("all")),
            "load_all_shipped_s": timed(lambda: [read_stored(path) for path in shipped_folder().glob("*.lexicon")]),
            "compile_s": timed(lambda: compile_into(Path(folder), lexicon)),
            "compiled_load_s": timed(lambda: compile_lexicons([source_of_lexicon(lexicon)], Path(folder))),
            "compiling_mb": memory(lambda: compile_into(Path(folder), lexicon), at_most=True),
            "compiled_mb": memory(lambda: compile_lexicons([source_of_lexicon(lexicon)], Path(folder))),
            "neighbour_index_s": timed(lambda: NeighbourIndex(term.written for term in lexicon.terms), runs=1),
            "store_file_mb": round((Path(folder) / "all.lexicon").stat().st_size / 1e6, 1),
            "loaded_mb": memory(lambda: store.load("all")),
            "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        }
    print(json.dumps(figures, indent=2))


def compile_into(folder: Path, lexicon: Lexicon) -> CompiledLexicon:
    """Compiles anew, whatever lies there."""
    for compiled in folder.glob("*.npz"):
        compiled.unlink()
    return compile_lexicons([source_of_lexicon(lexicon)], folder)


def timed(work: Callable[[], object], runs: int = RUNS) -> dict[str, float]:
    """Median wall clock and median own time of some runs, in seconds."""
    wall, own = [], []
    for _ in range(runs):
        began, began_own = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - began)
        own.append(time.process_time() - began_own)
    return {"wall": round(statistics.median(wall), 3), "own": round(statistics.median(own), 3)}


def memory(work: Callable[[], object], *, at_most: bool = False) -> float:
    """What the result of the work takes, or the work itself at most, in MB."""
    tracemalloc.start()
    result = work()
    taken = tracemalloc.get_traced_memory()[at_most]
    tracemalloc.stop()
    del result
    return round(taken / 1e6, 1)


if __name__ == "__main__":
    main()
