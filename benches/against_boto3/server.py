"""`python server.py PORT`: moto, with a count of the requests that it answers.

`GET /bench/calls` gives the counts since the last `GET /bench/reset`, by operation, as JSON.
Ends when standard input closes.
"""

import collections
import io
import json
import os
import sys
import threading
import urllib.parse

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

calls = collections.Counter()
lock = threading.Lock()


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


def operation(environ, body):
    """What the request asks for, as far as its protocol says."""
    if environ.get("HTTP_X_AMZ_TARGET"):
        return environ["HTTP_X_AMZ_TARGET"].split(".")[-1]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        action = urllib.parse.parse_qs(body.decode()).get("Action")
        if action:
            return action[0]
    query = environ.get("QUERY_STRING", "").split("=")[0].split("&")[0]
    depth = environ["PATH_INFO"].strip("/").count("/")
    return f"{environ['REQUEST_METHOD']} {'?' + query if query else 'path of ' + str(depth + 1)}"


class Counting:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/bench/"):
            with lock:
                told = json.dumps(calls).encode()
                if path == "/bench/reset":
                    calls.clear()
            start_response("200 OK", [("Content-Type", "application/json")])
            return [told]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        with lock:
            calls[operation(environ, body)] += 1
        return self.app(environ, start_response)


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), Counting(moto), threaded=True,
               request_handler=Quiet)
