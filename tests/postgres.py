"""A real PostgreSQL of the tests' own: started for the run, in a temporary folder, gone afterwards.

Nothing on the machine is used but the server's programs, so it works on any machine where ``script/bootstrap test``
ran. PostgreSQL does not run as root; as root it is started as the user ``postgres``, which Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PostgresMissingError(RuntimeError):
    """The server's programs are not installed."""


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissingError("PostgreSQL is not installed (script/bootstrap test)")
    return Path(on_path).resolve().parent


@contextmanager
def cluster() -> Iterator[str]:
    """The SQLAlchemy URL of a fresh cluster, reachable by its socket only."""
    programs = _programs()
    root = os.geteuid() == 0
    owner = ["runuser", "-u", "postgres", "--"] if root else []
    # A short path: a socket's name may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        if root:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            # The server inherits what pg_ctl has open; a pipe would never be seen to end.
            with (folder.parent / f"{folder.name}.log").open("ab") as log:
                command = [*owner, str(programs / program), *arguments]
                subprocess.run(command, check=True, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")

        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off"
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.log").unlink(missing_ok=True)
