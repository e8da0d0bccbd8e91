"""`json://` and `jsons://`: the alert as one JSON document, with its key in the `Idempotency-Key` header."""

import json
from typing import Any

from apprise.plugins.custom_json import NotifyJSON

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.plugins import http
from notifiers.plugins.guard import Guard
from notifiers.render import Message, payload


class WebhookPlugin(NotifyJSON):
    """Apprise's JSON service with a body and an answer of our own.

    The stock service sends title and text only and drops Retry-After. Headers (`+`), parameters (`-`), method, user
    and certificate options of the address work as in Apprise; extra fields (`:`) are added, never over ours.
    """

    method: Any

    def deliver(self, message: Message, alert: Alert, *, timeout: float, guard: Guard | None = None) -> SendResult:
        """Send `alert`; `message` is unused, as the document carries everything. `timeout` is in seconds."""
        answer = http.send(
            http.Request(
                url=f"{'https' if self.secure else 'http'}://{self.host}{self._port()}{self.fullpath}",
                content=json.dumps(self._document(alert), ensure_ascii=False).encode(),
                headers={
                    **self.headers,
                    "User-Agent": self.app_id,
                    "Content-Type": "application/json",
                    "Idempotency-Key": alert.key,
                },
                timeout=timeout,
                method=self.method,
                auth=(self.user, self.password or "") if self.user else None,
                params=self.params,
                verify=self.verify_certificate,
                guard=guard,
            )
        )
        return answer if isinstance(answer, SendResult) else http.judge(answer)

    def form(self, message: Message, alert: Alert) -> str:
        """The document as it is posted."""
        return json.dumps(self._document(alert), ensure_ascii=False, indent=2)

    def _document(self, alert: Alert) -> dict[str, object]:
        return {**self.payload_extras, **payload(alert)}

    def _port(self) -> str:
        return f":{self.port}" if self.port else ""
