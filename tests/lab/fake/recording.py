"""What was asked and answered, written down for the load server (`tests/lab/load`).

One JSON line per distinct request, and for each operation one line per API error that it may be
answered with, in the shape of its protocol. The load server serves both; it knows no service.
"""

import json
import threading

from . import models, wire
from .answer import Call
from .faults import CODES, failure

# Called by the SDK or answered by the load server itself: their errors are wanted all the same.
UNASKED = (("sts", "AssumeRole"), ("organizations", "ListAccounts"), ("organizations", "ListRoots"),
           ("organizations", "ListOrganizationalUnitsForParent"),
           ("organizations", "ListAccountsForParent"), ("organizations", "DescribeOrganization"),
           ("organizations", "DescribeAccount"), ("organizations", "ListTagsForResource"),
           ("organizations", "ListPolicies"))
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
            self._write(_errors(call, wire.request("POST", "/", {}, b"")))

    def keep(self, call, req, target, body, response):
        """Writes the answer down, unless the request was seen before."""
        identity = (call.account, call.region, req.method, target,
                    req.headers.get("X-Amz-Target"), body)
        operation = (call.service, call.operation)
        with self._lock:
            if identity not in self._seen:
                lines = recorded(call, req, target, body, response)
                self._write(lines[:1] if operation in self._seen else lines)
                self._seen.update([identity, operation])

    def _write(self, lines):
        self._file.writelines(lines)
        self._file.flush()


def recorded(call, req, target, body, response):
    """The line of an answer, and those of the errors that its operation may be answered with."""
    access_key, _, _ = wire.scope(req)
    line = {**_place(call), "key": access_key, "method": req.method, "path": target,
            "target": req.headers.get("X-Amz-Target", ""), "body": body.decode("utf-8", "replace"),
            **_answer(response)}
    return [json.dumps(line) + "\n", *_errors(call, req)]


def _errors(call, req):
    def line(kind):
        response = wire.respond_failure(call, failure(kind, call), req, "0" * 8)
        return json.dumps({**_place(call), "error": kind, **_answer(response)}) + "\n"
    return [line(kind) for kind in CODES]


def _place(call):
    """Where and what, as mrlint names it."""
    service = "elasticloadbalancing" if call.service == "elbv2" else call.service
    return {"account": call.account, "region": call.region, "service": service,
            "operation": call.operation}


def _answer(response):
    headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
    data = response.get_data()
    try:
        answer = {"answer": data.decode("utf-8")}
    except UnicodeDecodeError:  # CBOR: a character for each byte
        answer = {"answer": data.decode("latin-1"), "bytes": True}
    return {"status": response.status_code, "headers": headers, **answer}
