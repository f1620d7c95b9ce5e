"""What was asked and answered, written down for the load server (`tests/lab/load`).

One JSON line per distinct request, and for each operation one line per API error that it may be
answered with, in the shape of its protocol. The load server serves both; it knows no service.
"""

import json
import threading

from . import models, wire
from .answer import Call
from .faults import CODES, IAM_PREFIX, failure

# Called by the SDK or answered by the load server itself: their errors are wanted all the same.
UNASKED = (("sts", "AssumeRole"), ("organizations", "ListAccounts"), ("organizations", "ListRoots"),
           ("organizations", "ListOrganizationalUnitsForParent"),
           ("organizations", "ListAccountsForParent"), ("organizations", "DescribeOrganization"),
           ("organizations", "DescribeAccount"), ("organizations", "ListTagsForResource"))
PROTOCOLS = {"sts": "query", "organizations": "json"}


class Recording:
    """A file of answers, appended to as they are given."""

    def __init__(self, path):
        self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115
        self._seen = set()
        self._lock = threading.Lock()
        for service, operation in UNASKED:
            model = models.service(service).operation_model(operation)
            call = Call("000000000000", "us-east-1", service, operation, PROTOCOLS[service], model, {})
            self._errors(call, wire.request("POST", "/", {}, b""))

    def keep(self, call, req, target, response):
        """Writes the answer down, unless the request was seen before."""
        access_key, _, _ = wire.scope(req)
        asked = {**_place(call), "key": access_key, "method": req.method, "path": target,
                 "target": req.headers.get("X-Amz-Target", ""), "body": req.get_data(as_text=True)}
        identity = json.dumps(asked, sort_keys=True)
        with self._lock:
            if identity not in self._seen:
                self._seen.add(identity)
                self._write({**asked, **_answer(response)})
                self._errors(call, req)

    def _errors(self, call, req):
        if (call.service, call.operation) in self._seen:
            return
        self._seen.add((call.service, call.operation))
        for kind in CODES:
            response = wire.respond_failure(call, failure(kind, call), req, "0" * 8)
            self._write({**_place(call), "error": kind, **_answer(response)})

    def _write(self, line):
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def _place(call):
    """Where and what, in the words of IAM."""
    service = IAM_PREFIX.get(call.service, call.service)
    return {"account": call.account, "region": call.region, "service": service,
            "operation": call.operation}


def _answer(response):
    headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
    return {"status": response.status_code, "headers": headers,
            "answer": response.get_data().decode("utf-8")}
