"""The town's rules under four eyes: an edition is proposed, read, compared, and approved by somebody else."""
