from pathlib import Path

FOLDER = Path(__file__).parent


def read_cases(name: str) -> list[tuple[str, str, str]]:
    """Kind, what is said, what is written, of a file of cases."""
    cases, kind = [], ""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif " => " in line and not line.startswith("# "):
            said, written = line.split(" => ")
            cases.append((kind, said, written.replace("\\n", "\n")))
    return cases


def pytest_generate_tests(metafunc):  # type: ignore[no-untyped-def]
    """Each case of a file is a test of its own: `english_case`, `german_case`, `chinese_case`."""
    for language in ("english", "german", "chinese"):
        name = f"{language}_case"
        if name in metafunc.fixturenames:
            cases = read_cases(f"{language}.txt")
            metafunc.parametrize(name, cases, ids=[f"{kind}: {said[:50]}" for kind, said, _ in cases])
