"""The public site: its words in every language of the town, its kinds of papers, the page behind a paper's code."""
