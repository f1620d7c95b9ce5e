"""Imports a file of ASFF into Security Hub, line by line, as its users do.

Usage: import_asff.py FOLDER URL. Each line is judged by botocore's model of the call, then sent by a
client of the account and Region that own its findings; a refused finding ends it.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import boto3
from botocore.validate import ParamValidator


def main():
    folder, url = sys.argv[1:]
    report = json.loads((Path(folder) / "report.json").read_text())
    seen, states = Counter(), Counter()
    for line in (Path(folder) / "report.asff").read_text().splitlines():
        batch = json.loads(line)
        findings = batch["Findings"]
        owners = {(it["AwsAccountId"], it["Region"]) for it in findings}
        assert len(owners) == 1, owners
        assert 1 <= len(findings) <= 100, len(findings)
        assert len(line.encode()) <= 6_000_000, len(line)
        assert all(len(json.dumps(it, ensure_ascii=False).encode()) <= 240 * 1024 for it in findings)
        (account, region), = owners
        # moto takes an access key for the account whose number it is.
        client = boto3.client(
            "securityhub", endpoint_url=url, region_name=region,
            aws_access_key_id=account, aws_secret_access_key="x",
        )
        model = client.meta.service_model
        known = set(model.shape_for("ResourceDetails").members)
        assert {it["Type"] for finding in findings for it in finding["Resources"]} <= known
        told = ParamValidator().validate(batch, model.shape_for("BatchImportFindingsRequest"))
        assert not told.has_errors(), told.generate_report()
        answer = client.batch_import_findings(**batch)
        assert answer["SuccessCount"] == len(findings), answer
        for finding in findings:
            assert finding["ProductArn"].split(":")[3:5] == [region, account], finding["ProductArn"]
            seen[finding["Id"].removeprefix("mrlint/")] += 1
            states[finding["RecordState"]] += 1
    since = report["since"] or {"carried": [], "mended": []}
    active = report["findings"] + since["carried"]
    archived = report["waived"] + since["mended"]
    assert seen == Counter(it["fingerprint"] for it in active + archived), "findings"
    assert states["ACTIVE"] == len(active) and states["ARCHIVED"] == len(archived), states
    print(f"asff: {seen.total()}")


main()
