"""The baseline beside every matching figure: character TF-IDF and cosine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ANALYZERS = ("char", "char_wb")
_ROWS = 512


def character_tfidf(items: Sequence[str], queries: Sequence[str], k: int, *, analyzer: str = "char", seed: int = 0) -> list[list[int]]:
    """Rows of the ``k`` items nearest to each query, best first.

    Character 3- and 4-grams in lower case, logarithmic term frequencies, fitted on the items alone, cosine. Ties are broken at random by
    ``seed``, so that a file sorted by the truth helps nobody.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    order = np.random.default_rng(seed).permutation(len(items))
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(3, 4), sublinear_tf=True, dtype=np.float32)
    stored = vectorizer.fit_transform([items[row] for row in order]).T.tocsr()
    found: list[list[int]] = []
    for start in range(0, len(queries), _ROWS):
        scores = (vectorizer.transform(queries[start : start + _ROWS]) @ stored).toarray()
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        found.extend(order[best].tolist())
    return found
