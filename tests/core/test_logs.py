"""A log line tells whoever is on call what broke, and nothing of what was being written."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from hub.core.logs import configure_logs, log


def test_a_fault_of_the_database_is_logged_with_the_databases_own_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """“Unreachable” alone would not tell a folder that cannot be written from a full disk, or from a lock."""
    path = tmp_path / "some.sqlite3"
    sqlite3.connect(path).close()
    path.write_bytes(b"")
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", hide_parameters=True)
    with pytest.raises(OperationalError) as fault, engine.begin() as connection:
        connection.execute(text("CREATE TABLE child (name TEXT)"))
    configure_logs("WARNING")
    log("worker").warning("job.database_unreachable", job="sweep", fault=fault.value)
    said = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    configure_logs("ERROR")
    assert (said["fault"], said["code"]) == ("OperationalError", "SQLITE_READONLY")
    assert "child" not in json.dumps(said)
