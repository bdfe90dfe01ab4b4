"""Gateways of messages: Apprise's services, and webhooks signed over their body."""

import hashlib
import hmac
import urllib.request
from collections.abc import Callable

#: Sends one message; raises, or answers False, when it was not taken.
Send = Callable[[str, str, str], bool]


def is_address(address: str) -> bool:
    """Whether Apprise knows how to send there."""
    import apprise  # 0.4 s: not at every start

    return bool(apprise.Apprise().add(address))


def send_message(address: str, title: str, body: str) -> bool:
    """Send by Apprise, or to a webhook with a signature over its body."""
    if address.startswith("webhook+"):
        return _post(address.removeprefix("webhook+"), title, body)
    import apprise  # 0.4 s: not at every start

    gateway = apprise.Apprise()
    if not gateway.add(address):
        raise ValueError("the address is not one that Apprise knows")
    return bool(gateway.notify(title=title, body=body))


def _post(address: str, title: str, body: str) -> bool:
    url, _, secret = address.partition("#")
    if not url.startswith(("https://", "http://")):
        raise ValueError("expected webhook+https:// or webhook+http://")
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hubpost-Signature": f"sha256={signature}"}
    request = urllib.request.Request(url, body.encode(), headers, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - scheme checked above
        return bool(200 <= answer.status < 300)
