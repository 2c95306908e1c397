"""Long work: rendering processes with limits, and a queue whose rows are the truth (docs/jobs.md)."""
