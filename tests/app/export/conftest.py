from datetime import UTC, datetime

import pytest

from app.export import Document, DocumentAddendum

BODY = """# History
Three days of epigastric pain, worse after meals.
Takes pantoprazole 40 mg & ramipril <5 mg>.

No known allergies.

## Findings
α-Amylase 310 U/l → repeat; SpO₂ ≥ 97 %.

慢性头痛三年。
"""


@pytest.fixture
def draft() -> Document:
    return Document(
        "Follow-up: pain", "Müller, Łucja", "Dr. A. Okafor", datetime(2026, 11, 23, 5, 50, tzinfo=UTC), BODY
    )


@pytest.fixture
def signed(draft: Document) -> Document:
    addendum = DocumentAddendum("Amylase normal.\n\nNo action.", "Dr. B. Stein", datetime(2026, 11, 25, 8, tzinfo=UTC))
    return Document(
        draft.title,
        draft.patient,
        draft.author,
        draft.date,
        draft.body,
        signed_by="Dr. C. Ng",
        signed_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        addenda=(addendum,),
    )
