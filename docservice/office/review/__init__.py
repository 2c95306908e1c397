"""Versions of templates: started, proposed, assessed, compared, approved (docs/review.md)."""
