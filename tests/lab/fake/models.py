"""The botocore models: services, operations, shapes and paging."""

import functools
import pathlib

import botocore.session
import yaml
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from localstack.aws.spec import load_service

HERE = pathlib.Path(__file__).resolve().parent.parent


@functools.cache
def service(name):
    """The model of a service by its botocore name, or None."""
    try:
        return load_service(name)
    except (UnknownServiceError, DataNotFoundError):
        return None


@functools.cache
def _paginators(service_name):
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        return loader.load_service_model(service_name, "paginators-1")["pagination"]
    except (DataNotFoundError, UnknownServiceError):
        return {}


@functools.cache
def _extra_paging():
    return yaml.safe_load((HERE / "paging.yaml").read_text(encoding="utf-8"))


@functools.cache
def families():
    """What `families.yaml` declares."""
    return yaml.safe_load((HERE / "families.yaml").read_text(encoding="utf-8"))


def service_for_signing_name(signing_name):
    """The botocore service behind the service part of a SigV4 scope."""
    return families()["signing"].get(signing_name, signing_name)


def listed(value):
    return value if isinstance(value, list) else [value]


@functools.cache
def paging(service_name, operation):
    """How an operation pages: botocore's word, then `paging.yaml`'s; None if it does not."""
    found = dict(_paginators(service_name).get(operation, {}))
    found.update(_extra_paging().get(service_name, {}).get(operation, {}))
    if not found:
        return None
    return {
        "input": listed(found["input_token"]),
        "output": listed(found["output_token"]),
        "results": listed(found["result_key"]),
        "limit": found.get("limit_key"),
        "more": found.get("more_results"),
        "resume_from": found.get("resume_from"),
        "last_token": found.get("last_token"),
    }


def list_member(service_name, operation):
    """The output member that holds what a listing operation lists, or None."""
    described = paging(service_name, operation)
    if described:
        return described["results"][0]
    shape = service(service_name).operation_model(operation).output_shape
    lists = [n for n, s in (shape.members if shape else {}).items() if s.type_name == "list"]
    return lists[0] if len(lists) == 1 else None
