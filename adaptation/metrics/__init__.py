"""How good what was recognised is: word errors, medical terms, dangerous errors, inventions, confidence, speed."""

from adaptation.metrics.report import ClipCounts, Report, count_clips, measure

__all__ = ["ClipCounts", "Report", "count_clips", "measure"]
