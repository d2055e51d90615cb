"""The ShopRenter of a local stack: the simulator, or another server with the same API."""

import json
import os
import urllib.request
from pathlib import Path

from infra.local.layout import BINARIES, StackFiles
from infra.local.processes import Registry, wait_until
from infra.local.progress import Failure, step

NAME = "shoprenter-simulator"
READY_SECONDS = 20
# The paths of tokens and of the app's page in the admin, by contract.
PATHS = {
    "official": ("/{shop}/app/token", "/{shop}/admin/app/{app_id}"),
    "brief": ("/{shop}/oauth/token", "/{shop}/admin/app/{client_id}"),
}


def external_url() -> str | None:
    """The server in `SHOPRENTER_URL`, used instead of the simulator."""
    return os.environ.get("SHOPRENTER_URL", "").rstrip("/") or None


def contract() -> str:
    """The contract in `SHOPRENTER_CONTRACT`: `official` if not set, or `brief`."""
    name = os.environ.get("SHOPRENTER_CONTRACT") or "official"
    if name not in PATHS:
        raise Failure(f"SHOPRENTER_CONTRACT must be {' or '.join(PATHS)}, and is '{name}'")
    return name


def start(files: StackFiles, registry: Registry, app: dict[str, str]) -> str:
    """Starts the simulator on a free port; returns its address."""
    log = files.logs / "simulator.log"
    step("starting the simulated ShopRenter")
    command = [str(BINARIES / NAME), "--port", "0", "--client-id", app["client_id"], "--app-id", app["app_id"]]
    # The secret goes through the environment: command lines can be read by anyone on the machine.
    environment = {**os.environ, "SIMULATOR_CLIENT_SECRET": app["client_secret"]}
    process = registry.start(NAME, command, environment, log)
    return wait_until(lambda: announced_url(log), process, log, READY_SECONDS, "the simulator")


def announced_url(log: Path) -> str | None:
    """The address in the JSON line that the simulator prints when it is ready."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{"):
            try:
                announcement = json.loads(line)
            except ValueError:
                continue
            if "base_url" in announcement:
                return announcement["base_url"].rstrip("/")
    return None


def register_app(url: str, api_url: str) -> None:
    """Registers the app's three addresses with the simulator, as partner support would."""
    control(url, "PUT", "/_control/app", {
        "redirect_uri": f"{api_url}/auth/shoprenter/callback",
        "entry_uri": f"{api_url}/integrations/shoprenter/entry",
        "uninstall_uri": f"{api_url}/webhooks/shoprenter/uninstall",
    })


def control(url: str, method: str, path: str, body: dict | None = None, seconds: float = 60) -> dict:
    """One request to the simulator's control interface."""
    request = urllib.request.Request(
        url + path, method=method, headers={"Content-Type": "application/json"},
        data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        content = answer.read()
    return json.loads(content) if content else {}


def parameters(url: str) -> dict[str, str]:
    """The template's parameters that point the functions at this ShopRenter."""
    name = contract()
    token, admin = PATHS[name]
    return {
        "ShoprenterContract": name,
        "ShoprenterApiUrl": f"{url}/{{shop}}/api",
        "ShoprenterTokenUrl": f"{url}{token}",
        "ShoprenterAdminUrl": f"{url}{admin}",
    }
