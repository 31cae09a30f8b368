"""Where the pages may be served, and what they need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from hannun.base.errors import SettingsError
from hannun.base.settings import Settings
from hannun.portal.guard import is_local, require_loopback
from hannun.store import Store
from tests.portal.conftest import PROGRAM, start, stop


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_another_address_than_loopback_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="access control"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_loopback_addresses_are_fine(host: str) -> None:
    require_loopback(host)


def test_the_command_refuses_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "hannun.toml").write_text("", "utf-8")
    command = [*PROGRAM, "serve", "--home", str(tmp_path), "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "0.0.0.0" in done.stderr and "127.0.0.1" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost:8600", True), ("[::1]:1", True), ("127.0.0.1", True), ("evil.test", False), ("", False)],
)
def test_host_headers(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_without_nicegui_the_error_has_the_install_line(tmp_path: Path) -> None:
    (tmp_path / "hannun.toml").write_text("", "utf-8")
    program = "import sys; sys.modules['nicegui'] = None; from hannun.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'hannun[portal]'" in done.stderr and "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_an_error_with_a_mend(address: str, tmp_path: Path) -> None:
    (tmp_path / "hannun.toml").write_text("", "utf-8")
    port = address.rsplit(":", 1)[1]
    command = [*PROGRAM, "serve", "--home", str(tmp_path), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "--port" in done.stderr and "Traceback" not in done.stderr


def test_a_home_without_views_serves_pages_that_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "hannun.toml").write_text("", "utf-8")
    store = Store(Settings.of(tmp_path))
    store.upgrade()
    store.close()
    process, where = start(tmp_path)
    try:
        assert httpx.get(f"{where}/v1/health").json()["views"] is None
        assert httpx.get(f"{where}/v1/customers").status_code == 404
        assert "hannun views build" in httpx.get(f"{where}/").text
        answer = httpx.get(f"{where}/customers/C1")
        assert answer.status_code == 503 and "hannun views build" in answer.text
        assert httpx.get(f"{where}/tables").status_code == 200
    finally:
        stop(process)
