"""How often somebody may ask (docs/limits.md): the rule, the counts, and the requests that are counted."""
