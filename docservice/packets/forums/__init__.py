"""What a forum demands of a packet: ``profiles`` (data, with sources), ``form`` (what a packet has), ``conformity``."""
