"""Places are filled by step, then score, then row, with one card a group: against the plain definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from similis.similarity.selection import best_rows


def plain(scores: list[float], steps: list[int] | None, groups: list[int] | None, allowed: list[bool], k: int) -> list[int]:
    rows = [row for row in range(len(scores)) if allowed[row]]
    seen, found = set[int](), list[int]()
    for row in sorted(rows, key=lambda row: (0 if steps is None else steps[row], -scores[row], row)):
        if groups is not None and groups[row] >= 0:
            if groups[row] in seen:
                continue
            seen.add(groups[row])
        found.append(row)
    return found[:k]


ROWS = st.lists(
    st.tuples(st.integers(-6, 6).map(lambda n: n / 4), st.integers(0, 3), st.integers(-1, 4), st.booleans()), min_size=1, max_size=120
)


@given(rows=ROWS, k=st.integers(1, 12), by_step=st.booleans(), by_group=st.booleans())
def test_it_equals_the_plain_definition(rows: list[tuple[float, int, int, bool]], k: int, by_step: bool, by_group: bool) -> None:
    scores, steps, groups, allowed = (list(column) for column in zip(*rows, strict=True))
    by, of = np.array(steps, np.int8) if by_step else None, np.array(groups) if by_group else None
    found = best_rows(np.array(scores, np.float32), by, of, np.array(allowed), k)
    assert found.tolist() == plain(scores, steps if by_step else None, groups if by_group else None, allowed, k)


def test_one_group_far_ahead_does_not_starve_the_rest() -> None:
    scores = np.concatenate((np.linspace(9, 5, 500), np.linspace(1, 0, 10))).astype(np.float32)
    groups = np.concatenate((np.zeros(500, np.int32), np.full(10, -1, np.int32)))
    assert best_rows(scores, None, groups, np.ones(510, bool), 5).tolist() == [0, 500, 501, 502, 503]


def test_a_step_outweighs_any_score() -> None:
    scores, steps = np.zeros(1000, np.float32), np.ones(1000, np.int8)
    scores[:], steps[-3:] = 40, 0
    scores[-3:] = (-30, -10, -20)
    assert best_rows(scores, steps, None, np.ones(1000, bool), 4).tolist() == [998, 999, 997, 0]


def test_nothing_allowed_gives_nothing() -> None:
    assert best_rows(np.zeros(3, np.float32), None, None, np.zeros(3, bool), 2).tolist() == []
