"""Templates as they are worded: frozen bundles, and what stands in them (docs/catalog.md)."""
