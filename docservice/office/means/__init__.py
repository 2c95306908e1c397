"""What every task of the office works with: its means, versions and translations on record, records, idempotency."""
