"""Generations: immutable folders of derived files, hashed, verified before use, promoted by one rename.

```
generations/
├── CURRENT                          the name of the generation that serves
├── 000007-3f0a9c11d2e4/             number, and the start of the SHA-256 of its manifest
│   ├── manifest.json                what it was built from; size and SHA-256 of every other file
│   └── vectors.npy, terms.data.npy, recipe.json, ...
├── .draft-…/                        being built, or left by a crash; the next `begin` removes it
└── build.lock                       held while building
```

Build with `begin`, serve with `open_current`, tidy up with `prune`, go back with `roll_back`, look with
`list_generations`:

>>> import pathlib, tempfile, numpy as np
>>> temporary = tempfile.TemporaryDirectory()
>>> folder = pathlib.Path(temporary.name)
>>> facts = BuildFacts(encoder="none", dim=2, rows=1, seq=1, preprocessing="1", weights="none")
>>> with begin(folder) as draft:
...     draft.save_array("vectors", np.ones((1, 2), np.float32))
...     made = draft.promote(facts)
>>> generation = open_current(folder)
>>> generation.manifest.facts.rows, generation.load_array("vectors").tolist()
(1, [[1.0, 1.0]])
>>> temporary.cleanup()
"""

from __future__ import annotations

from similis.generations.draft import Draft, begin
from similis.generations.folder import current_name, names, open_current, prune, roll_back
from similis.generations.generation import Generation
from similis.generations.listing import GenerationEntry, list_generations
from similis.generations.manifest import BuildFacts, FileEntry, Manifest

__all__ = [
    "BuildFacts",
    "Draft",
    "FileEntry",
    "Generation",
    "GenerationEntry",
    "Manifest",
    "begin",
    "current_name",
    "list_generations",
    "names",
    "open_current",
    "prune",
    "roll_back",
]
