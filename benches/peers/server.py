"""`python server.py PORT`: moto, with a count of the requests that it answers.

`GET /bench/calls` gives what was asked since the last `GET /bench/reset`, whoever asked: a JSON list
of the service that the request was signed for, the operation, whether moto lacks it (an answer 500, or
a 404 that is a page of HTML: neither is an answer of AWS) and how often. Ends when standard input
closes.
"""

import collections
import io
import json
import os
import re
import sys
import threading
import urllib.parse

from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

calls = collections.Counter()
lock = threading.Lock()
SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/")


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
                told = json.dumps([[*call, count] for call, count in sorted(calls.items())])
                if path == "/bench/reset":
                    calls.clear()
            start_response("200 OK", [("Content-Type", "application/json")])
            return [told.encode()]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        signed = SIGNED_FOR.search(environ.get("HTTP_AUTHORIZATION", ""))
        asked = (signed[1] if signed else "unsigned", operation(environ, body))

        def answer(status, headers, *rest):
            page = environ["REQUEST_METHOD"] != "HEAD" and any(
                name.lower() == "content-type" and value.startswith("text/html")
                for name, value in headers)
            with lock:
                calls[*asked, status[0] == "5" or (status[:3] == "404" and page)] += 1
            return start_response(status, headers, *rest)

        try:
            return self.app(environ, answer)
        except Exception:  # moto's own, of which the server makes an answer 500
            with lock:
                calls[*asked, True] += 1
            raise


def heed_opt_in_filter():
    """moto ignores the filter with which ScoutSuite asks what is not opted in, and names them all."""
    regions = AvailabilityZonesAndRegions.describe_regions

    def described(self):
        answer = regions(self)
        for given in self._get_param("Filters", []):
            if given["Name"] == "opt-in-status":
                answer.result["Regions"] = [region for region in answer.result["Regions"]
                                            if region.opt_in_status in given["Values"]]
        return answer

    AvailabilityZonesAndRegions.describe_regions = described


def end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    heed_opt_in_filter()
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), Counting(moto), threaded=True,
               request_handler=Quiet)
