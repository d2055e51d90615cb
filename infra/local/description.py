"""`stack.json`: addresses, names and secrets for using a local stack."""

import base64
import json
import os
import secrets

from infra.local.layout import StackFiles

TABLES = {
    "stores": "StoresTableName",
    "tokens": "TokensTableName",
    "cache": "CacheTableName",
    "sync_runs": "SyncRunsTableName",
    "installs": "InstallsTableName",
}


def read(files: StackFiles) -> dict:
    """The description of the last `up`; empty if there was none."""
    if not files.description.exists():
        return {}
    return json.loads(files.description.read_text(encoding="utf-8"))


def write(files: StackFiles, description: dict) -> None:
    """Replaces the description atomically, readable only by its owner."""
    partial = files.description.with_suffix(".partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        json.dump(description, output, indent=2)
        output.write("\n")
    partial.replace(files.description)


def fresh_secrets() -> dict[str, str]:
    """Secrets of a new stack. Another ShopRenter-like server may prescribe the first three."""
    return {
        "client_id": os.environ.get("SHOPRENTER_CLIENT_ID") or secrets.token_hex(16),
        "client_secret": os.environ.get("SHOPRENTER_CLIENT_SECRET") or secrets.token_hex(32),
        "app_id": os.environ.get("SHOPRENTER_APP_ID") or str(secrets.randbelow(9000) + 1000),
        "internal_sync_secret": secrets.token_hex(32),
        "data_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def secret_parameters(values: dict[str, str]) -> dict[str, str]:
    """The template's parameters for these secrets."""
    return {
        "ShoprenterClientId": values["client_id"],
        "ShoprenterClientSecret": values["client_secret"],
        "ShoprenterAppId": values["app_id"],
        "InternalSyncSecret": values["internal_sync_secret"],
        "DataKey": values["data_key"],
    }
