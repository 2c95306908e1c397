"""Wording written in Word (docs/word.md): a Word file becomes the wording of a letter, and the other way round.

``package`` opens a file that nobody trusts, ``body`` reads its paragraphs, ``pieces`` its tags, ``building`` makes
wording of them; ``reading.read_word`` does all of it. ``writing.to_word`` shows a wording as a Word file to edit.
"""
