"""The one shape in which docservice says no.

Whatever cannot be done is refused with a stable ``code`` (``area.what``, e.g. ``casefile.invalid``,
``checks.failed``, ``photo.broken``), a sentence a clerk understands, and the places that are wrong.
The API turns a refusal into RFC 9457 problem+json, the command line into lines on standard error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docservice.finding import Finding


def things_are(problems: Sequence[Finding]) -> str:
    """How a refusal begins: "One thing is", "3 things are"."""
    return "One thing is" if len(problems) == 1 else f"{len(problems)} things are"


class Refusal(Exception):
    """Nothing was made, nothing was kept: here is why, completely.

    ``kind`` says whose move it is, and thereby the HTTP status: ``input`` (422), ``malformed`` (400),
    ``missing`` (404), ``conflict`` (409), ``too-large`` (413), ``timeout`` (504), ``setup`` (503); and of who asks and
    when: ``unauthenticated`` (401), ``forbidden`` (403), ``precondition-failed`` (412), ``too-many`` (429).
    ``retry_after`` is the number of seconds after which the same may be asked again.
    """

    def __init__(
        self,
        code: str,
        message: str,
        problems: Iterable[Finding] = (),
        *,
        kind: str = "input",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.problems: tuple[Finding, ...] = tuple(problems)
        self.kind = kind
        self.retry_after = retry_after

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong: its problems; of a refusal that names none, itself."""
        return self.problems or (Finding.error(self.code, self.message),)

    def __str__(self) -> str:
        return "\n".join([f"{self.message} [{self.code}]", *(f"  {p}" for p in self.problems)])

    def __reduce__(self) -> tuple[object, ...]:
        # Refusals cross from rendering processes to their parent.
        return (_rebuild, (self.code, self.message, self.problems, self.kind, self.retry_after))


def _rebuild(
    code: str, message: str, problems: tuple[Finding, ...], kind: str, retry_after: int | None
) -> Refusal:  # fmt: skip
    return Refusal(code, message, problems, kind=kind, retry_after=retry_after)
