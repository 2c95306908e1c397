"""Other people's files on their way into a packet.

``intake`` asks a process of its own (``examine``) to look at a file; ``pdfs`` and ``scans`` bring it into packet form,
``recognize`` reads what has no text, ``tagging`` tags it, ``exhibits`` does all of it once and keeps it on the shelf.
"""
