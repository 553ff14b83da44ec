"""Certificates for a cluster of one's own, and who is refused."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from cryptography import x509

from castad_cli.errors import CastadError, EnvironmentNotReady, UserError
from castad_cli.run.cluster.certificates import make_certificates
from castad_cli.run.cluster.security import check_address, mutual, security_of
from castad_cli.settings import Settings


def security_in(folder: Path, name: str = "one"):  # type: ignore[no-untyped-def]
    return mutual(str(folder / "ca.pem"), str(folder / f"{name}.pem"), str(folder / f"{name}-key.pem"))


def test_an_authority_is_made_once_and_signs_each_certificate(tmp_path: Path) -> None:
    first = make_certificates(tmp_path / "tls", ("one",))
    assert [path.name for path in first] == ["ca.pem", "ca-key.pem", "one.pem", "one-key.pem"]
    authority = (tmp_path / "tls/ca.pem").read_bytes()
    assert [path.name for path in make_certificates(tmp_path / "tls", ("two",))] == ["two.pem", "two-key.pem"]
    assert (tmp_path / "tls/ca.pem").read_bytes() == authority
    for name in ("one", "two"):
        certificate = x509.load_pem_x509_certificate((tmp_path / f"tls/{name}.pem").read_bytes())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority))


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    for path in make_certificates(tmp_path, ("one",)):
        if path.name.endswith("-key.pem"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    make_certificates(tmp_path, ("one",))
    before = (tmp_path / "one-key.pem").read_bytes()
    with pytest.raises(UserError, match="is there already"):
        make_certificates(tmp_path, ("two", "one"))
    assert (tmp_path / "one-key.pem").read_bytes() == before
    assert not (tmp_path / "two.pem").exists()


@pytest.mark.parametrize(
    "url", ["tcp://10.0.0.5:8786", "tcp://scheduler.example:8786", "ws://10.0.0.5:80", "tcp://0.0.0.0:8786"]
)
def test_another_machines_plain_port_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="plain port") as error:
        check_address(url, insecure=False)
    assert "tls://" in error.value.fix
    check_address(url, insecure=True)


@pytest.mark.parametrize(
    "url", ["tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1"]
)
def test_tls_and_this_machine_are_spoken_to(url: str) -> None:
    check_address(url, insecure=False)


def test_all_three_files_are_wanted_or_none(tmp_path: Path) -> None:
    make_certificates(tmp_path, ("one",))
    ca = tmp_path / "ca.pem"
    with pytest.raises(UserError, match="--tls-cert, --tls-key is not given"):
        security_of(Settings(scheduler="tls://h:1", tls_ca=ca))
    with pytest.raises(UserError, match="no certificates are given"):
        security_of(Settings(scheduler="tls://h:1"))
    with pytest.raises(EnvironmentNotReady, match="there is no file"):
        security_of(Settings(scheduler="tls://h:1", tls_ca=ca, tls_cert=tmp_path / "no", tls_key=tmp_path / "no"))
    assert not security_of(Settings(scheduler="tcp://127.0.0.1:1")).require_encryption


def test_only_who_has_a_certificate_of_the_same_authority_gets_in(tmp_path: Path) -> None:
    from distributed import Client, Scheduler, Security

    ours, others = tmp_path / "ours", tmp_path / "others"
    for folder in (ours, others):
        make_certificates(folder, ("one", "two"))

    async def check() -> None:
        scheduler = await Scheduler(
            host="127.0.0.1", port=0, protocol="tls", security=security_in(ours), dashboard_address="127.0.0.1:0"
        )
        try:
            async with Client(scheduler.address, security=security_in(ours, "two"), asynchronous=True, timeout=20):
                pass
            plain = scheduler.address.replace("tls://", "tcp://")
            for address, security in ((scheduler.address, security_in(others)), (plain, Security())):
                with pytest.raises((OSError, CastadError, TimeoutError)):
                    await Client(address, security=security, asynchronous=True, timeout=2)
        finally:
            await scheduler.close()

    asyncio.run(check())
