"""Hearing packets: ``plan`` → ``assemble`` → ``certify`` and ``verify`` (docs/packets.md).

Rooms of its own: ``foreign`` (other people's files), ``service`` (who was served), ``redaction`` (the copy for the
public), ``forums`` (what a court asks for), ``splicing`` (how the file is written), ``sealing``.
"""
