"""HTTP requests to calls, answers to HTTP responses: localstack-core does the protocols."""

import functools
import re
from urllib.parse import unquote

from localstack.aws.api.core import CommonServiceException
from localstack.aws.protocol.parser import create_parser
from localstack.aws.protocol.serializer import create_serializer
from localstack.aws.protocol.service_router import determine_aws_protocol
from localstack.http import Request

from . import models
from .answer import Call

_SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")

# S3 Control signs as S3; all its paths begin with its version
_S3_CONTROL = "/v20180820/"

_BUCKET_LOCATION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</LocationConstraint>')


class Unreadable(Exception):
    """A request that is no AWS API call."""


@functools.cache
def _parser(service, protocol):
    return create_parser(models.service(service), protocol)


@functools.cache
def _serializer(service, protocol):
    return create_serializer(models.service(service), protocol)


def request(method, target, headers, body):
    """The request as localstack-core reads it."""
    path, _, query = target.partition("?")
    return Request(method, unquote(path), headers, body, query_string=query, raw_path=path)


def scope(req):
    """(access key, Region, service) of the signature."""
    found = _SCOPE.search(req.headers.get("Authorization", ""))
    if not found:
        raise Unreadable("the request is not signed with SigV4")
    access_key, region, signing_name = found.groups()
    if signing_name == "s3" and req.path.startswith(_S3_CONTROL):
        signing_name = "s3control"
    return access_key, region, models.service_for_signing_name(signing_name)


def parse(req, account, region, service):
    """The call that a request makes."""
    model = models.service(service)
    if model is None:
        raise Unreadable(f"no botocore service is called `{service}`")
    protocol = determine_aws_protocol(req, model)
    operation, given = _parser(service, protocol).parse(req)
    given = {k: v for k, v in (given or {}).items() if v is not None}
    return Call(account, region, service, operation.name, protocol, operation, given)


def respond(call, output, req, request_id):
    """The response of a success."""
    serializer = _serializer(call.service, call.protocol)
    if (call.service, call.operation) == ("s3", "GetBucketLocation"):
        # the one S3 answer whose only member is the root element itself
        output = {"LocationConstraint": _BUCKET_LOCATION.format(output.get("LocationConstraint", ""))}
    response = serializer.serialize_to_response(output, call.model, req.headers, request_id)
    if call.protocol == "rest-json" and response.mimetype == "text/plain":
        response.mimetype = "application/json"
    return response


def respond_failure(call, failure, req, request_id):
    """The response of an API error."""
    status = failure.status or _modelled_status(call, failure.code)
    error = CommonServiceException(failure.code, failure.message, status, True)
    serializer = _serializer(call.service, call.protocol)
    response = serializer.serialize_error_to_response(error, call.model, req.headers, request_id)
    response.status_code = status
    for name, value in failure.headers.items():
        response.headers[name] = value
    return response


def _modelled_status(call, code):
    shape = call.model.service_model.shape_for_error_code(code)
    modelled = shape.metadata.get("error", {}).get("httpStatusCode") if shape else None
    return modelled or (404 if call.protocol.startswith("rest-") else 400)
