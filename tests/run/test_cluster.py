"""A Dask cluster: over TLS, refused in clear text beyond this machine, and one that loses its last worker."""

import shutil
import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.run.work import workers
from symphony_analysis.run.work.dask_address import Address


@pytest.fixture
def certificates(tmp_path):
    """A certificate for localhost that signs itself, and the file that names it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed on this machine")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", cert], check=True, capture_output=True)
    named = tmp_path / "cluster.toml"
    named.write_text('ca_file = "cert.pem"\nclient_cert = "cert.pem"\nclient_key = "key.pem"\n', encoding="utf-8")
    return named


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "127.0.0.1:1", "inproc://1"]
)
def test_clear_text_is_for_this_machine(address):
    assert Address(address).security is None


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.7:8786", "tcp://scheduler:8786", "scheduler:8786", "ws://scheduler:1"]
)
def test_clear_text_beyond_this_machine_must_be_asked_for(address):
    with pytest.raises(WrongParameter, match=r"in clear text.*--dask-clear-text"):
        Address(address)
    assert Address(address, clear_text=True).clear_text


def test_tls_needs_its_certificates(tmp_path):
    with pytest.raises(WrongParameter, match="needs --dask-security FILE"):
        Address("tls://scheduler:8786")
    with pytest.raises(WrongParameter, match="belongs to an address that begins with tls"):
        Address("tcp://127.0.0.1:1", tmp_path / "x.toml")
    for text in ("", 'ca_file = "nowhere.pem"', "no toml"):
        (tmp_path / "x.toml").write_text(text, encoding="utf-8")
        with pytest.raises(WrongParameter, match=r"x\.toml"):
            Address("tls://scheduler:8786", tmp_path / "x.toml").tls()


def test_a_cluster_over_tls_is_reached(certificates):
    from dask.distributed import LocalCluster
    from distributed.security import Security

    one = {f"tls_{who}_{part}": str(certificates.parent / f"{part}.pem") for who in ("scheduler", "worker", "client")
           for part in ("key", "cert")}  # fmt: skip
    secured = Security(tls_ca_file=str(certificates.parent / "cert.pem"), require_encryption=True, **one)
    with LocalCluster(1, security=secured, protocol="tls://", dashboard_address=None, processes=False) as cluster:
        client = workers._connect(Address(cluster.scheduler_address, certificates))
        assert client.nthreads()
        client.close()


def test_a_cluster_that_loses_its_last_worker_ends_the_run(tmp_path, monkeypatch):
    from dask.distributed import LocalCluster

    from symphony_analysis.run.work.dask_worker import Errand

    monkeypatch.setattr(workers, "_LOOK_SECONDS", 0.5)
    monkeypatch.setattr(workers, "_LOST_SECONDS", 4.0)
    monkeypatch.setattr(workers, "carry_out", lambda job, errand: time.sleep(60))
    monkeypatch.setattr(workers, "Job", SimpleNamespace)
    errand = Errand("0123456789ab", Path(), (), "cold", "", Path())

    class Here:
        def close(self):
            pass

    monkeypatch.setattr(workers, "choose", lambda *_: Here())
    with LocalCluster(1, dashboard_address=None, processes=True, threads_per_worker=1) as cluster:
        begun = time.monotonic()
        threading.Timer(2.0, lambda: cluster.scale(0)).start()
        with (
            pytest.raises(RunFailed, match="lost its workers or its scheduler") as lost,
            workers.on_cluster(Address(cluster.scheduler_address), errand, None, 0, print) as pool,
        ):
            list(workers.run_all(workers.deque([SimpleNamespace(label="one")]), pool, 600, lambda _: None))
        assert lost.value.exit_code == Exit.TOOL and time.monotonic() - begun < 60
