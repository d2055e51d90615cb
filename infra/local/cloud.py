"""The local cloud: MiniStack on a free port, and clients for it."""

import os
import socket
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

from infra.local.layout import REGION, TOOLS, StackFiles
from infra.local.processes import Process, Registry, wait_until
from infra.local.progress import step

NAME = "ministack"
READY_SECONDS = 60
# MiniStack accepts any credentials; its functions get these.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def start(files: StackFiles, registry: Registry) -> str:
    """Starts an empty MiniStack; returns its endpoint."""
    files.temporary.mkdir(parents=True, exist_ok=True)
    log = files.logs / "ministack.log"
    port = free_port()
    step(f"starting MiniStack on port {port}")
    command = [str(TOOLS / "ministack" / "bin" / "python"), "-m", "ministack"]
    process = registry.start(NAME, command, environment(files, port), log)
    endpoint = f"http://127.0.0.1:{port}"
    wait_until(lambda: is_healthy(endpoint), process, log, READY_SECONDS, "MiniStack")
    return endpoint


def environment(files: StackFiles, port: int) -> dict[str, str]:
    """MiniStack's environment, which its functions inherit: nothing of this shell's but the path, and
    what Lambda derives from a function's `LoggingConfig` and MiniStack does not."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(files.temporary),
        "TMPDIR": str(files.temporary),
        "PYTHONUNBUFFERED": "1",
        "AUTH": "true",  # each function may do what its role in the template allows, and nothing else
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "S3_DATA_DIR": str(files.temporary / "s3"),
        "STATE_DIR": str(files.temporary / "state"),
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        **CREDENTIALS,
    }


def is_healthy(endpoint: str) -> bool:
    """Whether MiniStack answers."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def client(endpoint: str, service: str):
    """A client of one of the local cloud's services."""
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION,
                        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
                        config=Config(retries={"mode": "standard", "total_max_attempts": 2}))


def running(registry: Registry) -> Process | None:
    """MiniStack's process, if running."""
    return registry.running(NAME)


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
