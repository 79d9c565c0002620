"""What formatting changed, so that it can be shown and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Edit:
    """A change: source[start:end] was `spoken`, result[written_start:written_end] is `written`."""

    rule: str
    start: int
    end: int
    written_start: int
    written_end: int
    spoken: str
    written: str


def apply(text: str, changes: Sequence[tuple[str, int, int, str]]) -> tuple[str, list[Edit]]:
    """Carries out changes (rule, start, end, what to write) given in the order of the text, without overlaps."""
    pieces: list[str] = []
    edits: list[Edit] = []
    position = length = 0
    for rule, start, end, written in changes:
        kept = text[position:start]
        length += len(kept)
        pieces += [kept, written]
        edits.append(Edit(rule, start, end, length, length + len(written), text[start:end], written))
        length += len(written)
        position = end
    pieces.append(text[position:])
    return "".join(pieces), edits


def compose(source: str, first: Sequence[Edit], second: Sequence[Edit], result: str) -> list[Edit]:
    """The edits from `source` to `result`, where `second` was made on what `first` had written.

    A later edit that touches earlier ones is joined with them and keeps the first one's rule, since that one is what
    the user would take back.
    """
    joined: list[Edit] = []
    shift_source = shift_result = 0
    left, right = 0, 0
    while left < len(first) or right < len(second):
        group_first, group_second, left, right = _next_group(first, second, left, right)
        middle_start = min([edit.written_start for edit in group_first] + [edit.start for edit in group_second])
        middle_end = max([edit.written_end for edit in group_first] + [edit.end for edit in group_second])
        start, written_start = middle_start + shift_source, middle_start + shift_result
        shift_source += sum((edit.end - edit.start) - len(edit.written) for edit in group_first)
        shift_result += sum(len(edit.written) - (edit.end - edit.start) for edit in group_second)
        end, written_end = middle_end + shift_source, middle_end + shift_result
        base = (group_first or group_second)[0]
        joined.append(
            replace(
                base,
                start=start,
                end=end,
                written_start=written_start,
                written_end=written_end,
                spoken=source[start:end],
                written=result[written_start:written_end],
            )
        )
    return [edit for edit in joined if edit.spoken != edit.written]


def _next_group(
    first: Sequence[Edit], second: Sequence[Edit], left: int, right: int
) -> tuple[list[Edit], list[Edit], int, int]:
    """The next edits of either pass that overlap in the text between the passes."""
    group_first: list[Edit] = []
    group_second: list[Edit] = []
    reach = -1
    while True:
        before = first[left].written_start if left < len(first) else None
        after = second[right].start if right < len(second) else None
        started = bool(group_first or group_second)
        if before is not None and (after is None or before <= after) and (not started or before < reach):
            group_first.append(first[left])
            reach = max(reach, first[left].written_end)
            left += 1
        elif after is not None and (not started or after < reach):
            group_second.append(second[right])
            reach = max(reach, second[right].end)
            right += 1
        else:
            return group_first, group_second, left, right
