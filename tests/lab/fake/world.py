"""Reading world files: accounts, Regions, records, whole answers and faults."""

import dataclasses
import fnmatch
import pathlib
import zlib

from . import faults, models
from .check import near
from .located import Source, WorldError
from .record import GLOBAL, checked_answer, make
from .template import UnknownName, filled

TOP = ("about", "page_size", "regions", "values", "accounts", "records", "faults")
OPT_IN = ("opt-in-not-required", "opted-in", "not-opted-in")


@dataclasses.dataclass
class Account:
    """An account: its credentials, roles and Regions."""

    id: str
    name: str
    access_keys: list
    roles: dict
    regions: dict

    def enabled(self):
        return [r for r, status in self.regions.items() if status != "not-opted-in"]


class World:
    """Everything that the world files declare, checked."""

    def __init__(self, paths):
        self.page_size = 2
        self.regions = {}
        self.values = {}
        self.accounts = {}
        self.records = {}
        self.answers = {}
        self.faults = []
        files = [f for path in paths for f in _files(pathlib.Path(path))]
        sources = [Source(path) for path in files]
        self.fingerprint = zlib.crc32(b"".join(path.read_bytes() for path in files))
        for source in sources:
            self._read_head(source)
        for source in sources:
            self._read_accounts(source)
        if not self.accounts:
            raise WorldError(f"{paths[0]}: no account is declared under `accounts:`")
        for source in sources:
            for i, block in enumerate(source.data.get("records") or []):
                self._read_block(source, block, ("records", i))
            for i, fault in enumerate(source.data.get("faults") or []):
                self.faults.append(faults.Fault(self, source, fault, ("faults", i)))

    def account_of_key(self, access_key):
        """The account that an access key speaks for, or None."""
        for account in self.accounts.values():
            if access_key in account.access_keys:
                return account
        if access_key.startswith("ASIA"):
            return self.accounts.get(access_key[4:16])
        return None

    def of(self, service, family, account, region=None):
        """The records of a family in an account, in one Region or in all."""
        return [record for record in self.records.get((service, family, account), [])
                if region is None or record.region == region]

    def places(self, source, written, path):
        """`account`, `account/region` or globs of it, as (account id, Region) pairs."""
        places = []
        for i, pattern in enumerate(models.listed(written)):
            where = (*path, i) if isinstance(written, list) else path
            name, _, region = str(pattern).partition("/")
            accounts = [a for a in self.accounts.values()
                        if fnmatch.fnmatchcase(a.name, name) or fnmatch.fnmatchcase(a.id, name)]
            if not accounts:
                known = [a.name for a in self.accounts.values()]
                raise source.error(where, f"no account `{name}`{near(name, known)}")
            for account in accounts:
                # a pattern means Regions in use; one that is off has to be named
                known = account.enabled() if "*" in region else account.regions
                found = [GLOBAL] if not region else fnmatch.filter(known, region)
                if not found:
                    raise source.error(
                        where, f"no Region `{region}`{near(region, account.regions)}")
                places += [(account.id, r) for r in found if (account.id, r) not in places]
        return places

    def _read_head(self, source):
        if not isinstance(source.data, dict):
            raise source.error((), "a world file is a mapping")
        for key in source.data:
            if key not in TOP:
                raise source.error((key,), f"unknown key{near(key, TOP)}")
        self.page_size = source.data.get("page_size", self.page_size)
        for region, values in (source.data.get("values") or {}).items():
            self.values.setdefault(region, {}).update(values)
        self._read_regions(source, source.data.get("regions") or {}, ("regions",), self.regions)

    def _names(self, account, region):
        """What `${name}` may say in a record of this place."""
        return {**self.values.get(region, {}), "account": account, "region": region}

    def _read_regions(self, source, written, path, into):
        for region, status in written.items():
            if status not in OPT_IN:
                raise source.error((*path, region), f"an opt-in status is one of {OPT_IN}")
            into[region] = status

    def _read_accounts(self, source):
        allowed = ("name", "access_keys", "roles", "regions")
        for number, written in (source.data.get("accounts") or {}).items():
            path = ("accounts", number)
            if not isinstance(number, str) or not (number.isdigit() and len(number) == 12):
                raise source.error(path, "an account is twelve quoted digits")
            for key in written:
                if key not in allowed:
                    raise source.error((*path, key), f"unknown key{near(key, allowed)}")
            regions = dict(self.regions)
            self._read_regions(source, written.get("regions") or {}, (*path, "regions"), regions)
            self.accounts[number] = Account(
                number, written.get("name", number), written.get("access_keys") or [],
                written.get("roles") or {}, regions)

    def _read_block(self, source, block, path):
        if "in" not in block:
            raise source.error(path, "a block of records says where it is: `in: account/region`")
        places = self.places(source, block["in"], (*path, "in"))
        for service, parts in block.items():
            if service == "in":
                continue
            model = models.service(service)
            if model is None:
                known = models.families()["services"]
                raise source.error((*path, service), f"no service `{service}`{near(service, known)}")
            for part, written in parts.items():
                self._read_part(source, (*path, service, part), model, part, written, places)

    def _read_part(self, source, path, model, part, written, places):
        service = model.service_name
        families = models.families()["services"].get(service, {})
        if part in families:
            is_global = families[part].get("scope") == "global"
            for account, region in places:
                if is_global != (region == GLOBAL):
                    hint = "`in: ACCOUNT`" if is_global else "`in: ACCOUNT/REGION`"
                    raise source.error(path, f"{service}.{part} belongs under {hint}")
                kept = self.records.setdefault((service, part, account), [])
                kept += [make(service, part, self._names(account, region), one, source, (*path, i))
                         for i, one in enumerate(written)]
        elif part in model.operation_names:
            for account, region in places:
                kept = self.answers.setdefault((service, part, account, region), [])
                kept += self._answers(source, path, model, part, written, account, region)
        else:
            names = [*families, *model.operation_names]
            raise source.error(path, f"neither a family nor an operation{near(part, names)}")

    def _answers(self, source, path, model, operation, written, account, region):
        """Whole answers: one, or a list of `when`/`give` and `when`/`error`."""
        chosen = isinstance(written, list) and all(
            isinstance(w, dict) and ("give" in w or "error" in w) for w in written) and written
        kept = []
        for i, one in enumerate(chosen or [{"give": written}]):
            where = (*path, i, "give") if chosen else path
            one = dict(one)
            if "give" in one:
                try:
                    body = filled(one["give"], self._names(account, region))
                except UnknownName as unknown:
                    raise source.error(where, f"nothing is called `${{{unknown}}}`") from None
                one["give"] = checked_answer(model.operation_model(operation), body, source, where)
            kept.append(one)
        return kept


def _files(path):
    if path.is_dir():
        return sorted(path.glob("*.yaml"))
    if not path.is_file():
        raise WorldError(f"{path}: no such world file")
    return [path]
