"""What the operating system says of a disk that takes nothing more, as a refusal."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from docservice.refusal import Refusal

FULL_SECONDS = 60  # after which who was refused may ask again: a person must act first
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def full() -> Refusal:
    """The disk, or what this user may have of it, is used up."""
    message = "The disk of the service is full: nothing can be kept until there is room. Its operator must make some."
    return Refusal("storage.full", message, kind="setup", retry_after=FULL_SECONDS)


def read_only() -> Refusal:
    """The disk, or the database, may only be read."""
    message = "The records of the service can only be read at the moment: nothing can be kept."
    return Refusal("storage.read_only", message, kind="setup", retry_after=FULL_SECONDS)


def refusal_of(error: BaseException) -> Refusal | None:
    """What an ``OSError`` means when it is the disk's; None for any other error."""
    if not isinstance(error, OSError):
        return None
    if error.errno in _FULL:
        return full()
    if error.errno == errno.EROFS:
        return read_only()
    if error.errno == errno.EIO:
        message = "The disk of the service does not read or write. Its operator must look at it."
        return Refusal("storage.broken", message, kind="setup", retry_after=FULL_SECONDS)
    return None


@contextmanager
def as_refusal() -> Iterator[None]:
    """Raises what ``refusal_of`` says in the place of the disk's error."""
    try:
        yield
    except OSError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
