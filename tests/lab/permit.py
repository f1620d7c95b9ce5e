"""`python permit.py URL POLICY`: make a user who may do what the policy file says.

Prints the id of the user's access key. Meant for moto, which enforces policies after as many calls
as INITIAL_NO_AUTH_ACTION_COUNT says: this makes three.
"""

import pathlib
import sys

import boto3


def main(url, policy):
    iam = boto3.client("iam", region_name="us-east-1", endpoint_url=url,
                       aws_access_key_id="AKIAMAIN000000000000", aws_secret_access_key="x")
    iam.create_user(UserName="reader")
    iam.put_user_policy(UserName="reader", PolicyName="reader",
                        PolicyDocument=pathlib.Path(policy).read_text(encoding="utf-8"))
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    print(key["AccessKeyId"], key["SecretAccessKey"])


if __name__ == "__main__":
    main(*sys.argv[1:])
