"""Array aliases: the shapes and types that cross package borders.

``Vectors``  (n, dim) float32, usually of unit length.
``Ids``      (n,) or (n_queries, k) int64 row numbers; -1 stands for "none".
``Scores``   float32 beside ``Ids``; higher is more similar; -inf beside -1.
``Mask``     (n_items,) bool; True where a row may be returned.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.int64]
Scores: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
