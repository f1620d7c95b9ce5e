"""What goes wrong on purpose, in the error shape of each protocol."""

import fnmatch
import threading

from . import models
from .check import near

# kind -> protocol family -> (code, status). `*` where all others agree.
CODES = {
    "denied": {"ec2": ("UnauthorizedOperation", 403), "query": ("AccessDenied", 403),
               "json": ("AccessDeniedException", 400), "rest-json": ("AccessDeniedException", 403),
               "*": ("AccessDenied", 403)},
    "throttle": {"ec2": ("RequestLimitExceeded", 503), "query": ("Throttling", 400),
                 "json": ("ThrottlingException", 400), "rest-json": ("TooManyRequestsException", 429),
                 "s3": ("SlowDown", 503), "smithy-rpc-v2-cbor": ("ThrottlingException", 400),
                 "*": ("Throttling", 400)},
    "internal": {"ec2": ("InternalError", 500), "s3": ("InternalError", 500),
                 "json": ("InternalServerError", 500), "rest-json": ("ServiceException", 500),
                 "*": ("InternalFailure", 500)},
    "invalid-token": {"ec2": ("AuthFailure", 401), "s3": ("InvalidAccessKeyId", 403),
                      "json": ("UnrecognizedClientException", 400),
                      "rest-json": ("UnrecognizedClientException", 403),
                      "*": ("InvalidClientTokenId", 403)},
    "expired-token": {"ec2": ("RequestExpired", 400), "s3": ("ExpiredToken", 400),
                      "json": ("ExpiredTokenException", 400),
                      "rest-json": ("ExpiredTokenException", 403), "*": ("ExpiredToken", 403)},
    "clock-skew": {"ec2": ("AuthFailure", 401), "s3": ("RequestTimeTooSkewed", 403),
                   "json": ("InvalidSignatureException", 400),
                   "rest-json": ("InvalidSignatureException", 403),
                   "*": ("SignatureDoesNotMatch", 403)},
    "opt-in-required": {"ec2": ("OptInRequired", 401), "*": ("OptInRequired", 403)},
}
CODES["denied-by-scp"] = CODES["denied"]
CODES["region-disabled"] = CODES["invalid-token"]
# The connection itself: `hang` answers nothing for `seconds`, `slow` answers after them.
TRANSPORT = ("reset", "hang", "slow", "truncated", "garbage")

MESSAGES = {
    "throttle": "Rate exceeded",
    "internal": "We encountered an internal error. Please try again.",
    "invalid-token": "The security token included in the request is invalid.",
    "region-disabled": "The security token included in the request is invalid.",
    "expired-token": "The security token included in the request is expired",
    "clock-skew": "Signature expired: 20261125T225933Z is now earlier than 20261125T230433Z "
                  "(20261125T231933Z - 15 min.)",
    "opt-in-required": "The AWS Access Key Id needs a subscription for the service",
}
IAM_PREFIX = {"elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag"}


class Failure(Exception):
    """An API error to answer with; without a status, the one that its API model says."""

    def __init__(self, code, message, status=None, headers=None):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.headers = headers or {}


def failure(kind, call):
    """The real API's error of this kind for this call."""
    codes = CODES[kind]
    family = "s3" if call.service == "s3" and "s3" in codes else call.protocol
    code, status = codes.get(family, codes["*"])
    message = MESSAGES.get(kind) or _denial(kind, call)
    return Failure(code, message, status)


def _denial(kind, call):
    action = f"{IAM_PREFIX.get(call.service, call.service)}:{call.operation}"
    if call.service == "s3" and call.operation == "ListBuckets":
        action = "s3:ListAllMyBuckets"
    why = ("with an explicit deny in a service control policy" if kind == "denied-by-scp"
           else f"because no identity-based policy allows the {action} action")
    said = (f"User: arn:aws:iam::{call.account}:user/scanner is not authorized to perform: "
            f"{action} on resource: * {why}")
    if call.protocol == "ec2":
        return f"You are not authorized to perform this operation. {said}"
    return said


class Fault:
    """One entry of `faults:`: where it strikes, what it does, how often."""

    KEYS = ("in", "service", "operation", "when", "do", "times", "seconds")

    def __init__(self, world, source, written, path):
        for key in written:
            if key not in self.KEYS:
                raise source.error((*path, key), f"unknown key{near(key, self.KEYS)}")
        self.places = world.places(source, written["in"], (*path, "in")) if "in" in written else None
        self.service = written.get("service", "*")
        self.operation = written.get("operation", "*")
        self._check_names(source, path)
        self.when = written.get("when", {})
        self.what = written.get("do")
        self.seconds = written.get("seconds", 1)
        self.left = written.get("times")
        self._lock = threading.Lock()
        kinds = [*CODES, *TRANSPORT]
        if isinstance(self.what, dict):
            if not {"code", "status"} <= set(self.what) <= {"code", "status", "message"}:
                raise source.error((*path, "do"), "an error has `code`, `status` and `message`")
        elif self.what not in kinds:
            raise source.error((*path, "do"), f"unknown fault{near(self.what, kinds)}")

    def _check_names(self, source, path):
        if "*" in self.service:
            return
        model = models.service(self.service)
        if model is None:
            raise source.error((*path, "service"), f"no service `{self.service}`")
        if not fnmatch.filter(model.operation_names, self.operation):
            hint = near(self.operation, model.operation_names)
            raise source.error((*path, "operation"), f"no operation `{self.operation}`{hint}")

    def strikes(self, call):
        """Does it strike this call? Uses up one of `times` if so."""
        if self.places is not None and not any(
                account == call.account and region in (call.region, "aws-global")
                for account, region in self.places):
            return False
        if not (fnmatch.fnmatchcase(call.service, self.service)
                and fnmatch.fnmatchcase(call.operation, self.operation)):
            return False
        if any(str(call.input.get(k)) != str(v) for k, v in self.when.items()):
            return False
        with self._lock:
            if self.left is None:
                return True
            self.left -= 1
            return self.left >= 0

    def failure(self, call):
        """The API error to answer with, or None for a fault of the connection."""
        if isinstance(self.what, dict):
            return Failure(self.what["code"], self.what.get("message", ""), self.what["status"])
        return failure(self.what, call) if self.what in CODES else None
