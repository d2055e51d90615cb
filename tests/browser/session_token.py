"""Expired session token with a valid signature."""

import base64
import hashlib
import hmac
import json

PURPOSE = b"shopcall merchant session v1"


def expired(token: str, data_key: str) -> str:
    """The session with an expiry in 2001."""
    version, payload, signature = token.split(".")
    key = hmac.digest(base64.b64decode(data_key), PURPOSE, hashlib.sha256)
    assert decode(signature) == hmac.digest(key, f"{version}.{payload}".encode(), hashlib.sha256)
    session = json.loads(decode(payload))
    session["e"] = 1_000_000_000
    text = f"{version}.{encode(json.dumps(session, separators=(',', ':')).encode())}"
    return f"{text}.{encode(hmac.digest(key, text.encode(), hashlib.sha256))}"


def encode(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Inverse of `encode`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
