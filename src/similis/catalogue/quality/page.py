"""The report as one HTML page that needs nothing but itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from similis.catalogue.quality.report import QualityReport

_TEMPLATE = Path(__file__).with_name("page.html.jinja")
LANGUAGES = {"zh": "Chinese", "en": "Latin letters", "ja": "Japanese", "ko": "Korean", "unknown": "neither"}


def quality_page(report: QualityReport, *, made_at: datetime | None = None) -> str:
    """A self-contained page in HTML: every text is escaped, nothing is loaded, and it prints."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    languages = [(LANGUAGES.get(name, name), count) for name, count in report.languages.items()]
    made = made_at or datetime.now(UTC)
    return template.render(
        report=report, counts=report.counts(), languages=languages, made_at=f"{made:%Y-%m-%d %H:%M} UTC", percent=percent
    )


def percent(share: float) -> str:
    """A share for people: never 0 % for something, never 100 % for less than all."""
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %" if share not in (0, 1) else f"{100 * share:.0f} %"
