"""Who had to be served with each notice of a packet, how it was done, and what is missing: ``chain`` is the way in."""
