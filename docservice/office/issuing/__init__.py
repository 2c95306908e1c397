"""Documents: issued, superseded, voided, previewed, found, reproduced (docs/correspondence.md)."""
