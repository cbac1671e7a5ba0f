"""Similarity: evidence, fusion, calibration, relation, reasons.

The way of a question: `questions` (what is asked) → `view` (the catalogue at one write) → `signals` (what is measured) → `features` (in
comparable units) → `scoring` with `weights` (added up, calibrated) → `defaults` and `filters` (what may be shown) → `selection` (places) →
`results`. `engine` runs it; `building` prepares a generation; `pairing` and `explanation` look at one pair.
"""
