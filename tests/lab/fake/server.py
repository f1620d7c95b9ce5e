"""The HTTP/1.1 server: one thread per connection, keep-alive, scripted faults."""

import contextlib
import http.server
import json
import socket
import struct
import threading
import time
import traceback
import uuid

from . import wire
from .answer import answer
from .faults import Failure, failure
from .recording import Recording, recorded


class Lab(http.server.ThreadingHTTPServer):
    """Serves one world until it is closed."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, world, port=0, log=None, record=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world
        self._log = open(log, "a", encoding="utf-8") if log else None  # noqa: SIM115
        self.recording = Recording(record) if record else None
        self._lock = threading.Lock()

    def note(self, **line):
        """One line of the request log."""
        if self._log:
            with self._lock:
                self._log.write(json.dumps(line) + "\n")
                self._log.flush()

    def handle_error(self, request, client_address):
        """A client that hangs up is no error of the server's."""


def _session(req):
    """The token of an assumed role, if it is one of the lab's."""
    token = req.headers.get("X-Amz-Security-Token", "")
    return token if token.count("/") == 2 else ""


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        req = wire.request(self.command, self.path, dict(self.headers.items()), self.body)
        try:
            access_key, region, service = wire.scope(req)
            owner = self.server.world.account_of_key(access_key)
            call = wire.parse(req, owner.id if owner else "", region, service)
            call.session = _session(req)
            # What counts is when the request comes, not when it is answered.
            call.expired = bool(call.session) and time.time() > float(call.session.split("/")[2])
        except Exception as error:  # whatever a stranger's bytes do to a parser
            self.server.note(account="", region="", service="", operation=self.path, status=400,
                             trouble=str(error))
            self._send(400, {"Content-Type": "text/plain"}, f"unreadable: {error!r}\n".encode())
            return
        fault = next((f for f in self.server.world.faults if f.strikes(call)), None)
        self._answer(req, call, fault, owner)

    def _answer(self, req, call, fault, owner):
        status = 0
        if fault and fault.failure(call) is None:
            self._note(call, fault, fault.what)
            if self._hurt(fault):
                return
        response = self._response(req, call, fault, owner)
        status, data = response.status_code, response.get_data()
        if not fault or fault.failure(call) is not None:
            self._note(call, fault, status)
        headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
        kind = fault.what if fault else None
        if owner and not fault:
            if self.server.recording:
                self.server.recording.keep(call, req, self.path, self.body, response)
            if self.headers.get("X-Lab-Record"):
                lines = recorded(call, req, self.path, self.body, response)
                self._send(200, {}, "".join(lines).encode())
                return
        if kind == "garbage":
            data = b"<<<{\x00 this is no answer of any protocol"
        self._send(status, headers, data, cut=len(data) // 2 if kind == "truncated" else None)

    def _note(self, call, fault, status):
        self.server.note(account=call.account, region=call.region, service=call.service,
                         operation=call.operation, status=status,
                         fault=fault.what if fault else None)

    def _response(self, req, call, fault, owner):
        request_id = str(uuid.uuid4())
        try:
            if owner is None:
                raise failure("invalid-token", call)
            if call.expired:
                raise failure("expired-token", call)
            if fault and (scripted := fault.failure(call)):
                raise scripted
            return wire.respond(call, answer(self.server.world, call), req, request_id)
        except Failure as failed:
            return wire.respond_failure(call, failed, req, request_id)
        except Exception as error:  # a mistake of the lab's own has to be seen
            traceback.print_exc()
            broken = Failure("LabBroken", f"{call.operation}: {error!r}", 400)
            return wire.respond_failure(call, broken, req, request_id)

    def _hurt(self, fault):
        """A fault of the connection; true if nothing is left to answer."""
        if fault.what in ("hang", "slow"):
            time.sleep(fault.seconds)
        if fault.what in ("hang", "reset"):
            self.close_connection = True
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return True
        return False

    def _send(self, status, headers, data, cut=None):
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data if cut is None else data[:cut])
            self.wfile.flush()
            if cut is not None:
                self.close_connection = True

    def log_message(self, *_):
        """The request log is the log."""

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve  # noqa: N815
