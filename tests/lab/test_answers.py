"""Whole answers of any operation, Region values, disabled Regions and narrow faults."""

import unittest

from botocore.exceptions import ClientError

from fake.located import WorldError
from fake.world import World
from test_lab import SMALL, Running, code, status, written

ANSWERS = SMALL + """
values: {eu-west-1: {zones: euw1}}
records:
- in: main/*
  dynamodb:
    DescribeLimits: {AccountMaxReadCapacityUnits: 80000}
- in: main/eu-west-1
  kms:
    ListKeys:
    - {KeyId: "${zones}-1", KeyArn: "arn:aws:kms:${region}:${account}:key/1"}
    - {KeyId: "${zones}-2"}
    - {KeyId: "${zones}-3"}
    DescribeKey:
    - {when: {KeyId: euw1-1}, give: {KeyMetadata: {KeyId: euw1-1, MultiRegion: true}}}
    - {error: NotFoundException}
faults:
- {service: kms, operation: "List*", in: main/us-east-1, do: denied}
- {service: kms, operation: DescribeKey, when: {KeyId: euw1-9}, do: internal}
"""


class Whole(unittest.TestCase):
    """An operation without a family answers what the world says, paged like any other."""

    def setUp(self):
        self.lab = Running(written(ANSWERS))
        self.addCleanup(self.lab.close)

    def test_paged(self):
        pages = list(self.lab.client("kms").get_paginator("list_keys").paginate())
        self.assertEqual([[k["KeyId"] for k in p["Keys"]] for p in pages],
                         [["euw1-1", "euw1-2"], ["euw1-3"]])
        self.assertEqual([p["Truncated"] for p in pages], [True, False])

    def test_chosen_by_input(self):
        kms = self.lab.client("kms")
        self.assertTrue(kms.describe_key(KeyId="euw1-1")["KeyMetadata"]["MultiRegion"])
        with self.assertRaises(ClientError) as error:
            kms.describe_key(KeyId="euw1-2")
        self.assertEqual((code(error), status(error)), ("NotFoundException", 400))

    def test_in_every_region(self):
        for region in ("eu-west-1", "us-east-1"):
            limits = self.lab.client("dynamodb", region).describe_limits()
            self.assertEqual(limits["AccountMaxReadCapacityUnits"], 80000)

    def test_narrow_faults(self):
        with self.assertRaises(ClientError) as error:
            self.lab.client("kms", "us-east-1").list_keys()
        self.assertEqual(code(error), "AccessDeniedException")
        with self.assertRaises(ClientError) as error:
            self.lab.client("kms").describe_key(KeyId="euw1-9")
        self.assertEqual(status(error), 500)

    def test_a_value_of_another_region_is_a_mistake(self):
        text = ANSWERS.replace("in: main/eu-west-1", "in: main/us-east-1")
        with self.assertRaises(WorldError) as error:
            World([written(text)])
        self.assertIn("`${zones}`", str(error.exception))


if __name__ == "__main__":
    unittest.main()
