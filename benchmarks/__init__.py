"""What Similis is measured with: ``python -m benchmarks --list``. Run from the repository's root; not part of the package."""
