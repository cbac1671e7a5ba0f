"""The quality of a catalogue: what is missing, wrong or doubtful in it, with examples and what to do about each."""

from similis.catalogue.quality.assessing import EXAMPLES, assess
from similis.catalogue.quality.page import quality_page
from similis.catalogue.quality.report import CategoryGap, Coverage, Example, Finding, QualityReport

__all__ = ["EXAMPLES", "CategoryGap", "Coverage", "Example", "Finding", "QualityReport", "assess", "quality_page"]
