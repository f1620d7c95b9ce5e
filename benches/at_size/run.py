"""`python run.py FOLDER [pace] [budget] [accounts] [answers]`: what reading at size takes.

FOLDER holds `mrlint` and `examples/load` (`target/release` or `target/debug`).

pace      20 Regions with 1,000 resources each, answered after 50 ms and throttled as AWS's published
          limits say, all of them taken: the time, and the least that it could be
budget    at the usual quarter, from buckets of which another client always takes the other three
accounts  50 accounts and 500 in 17 Regions with `--each` resources each (200): calls, CPU, memory
answers   what the load server itself can do, by one core

Makes its own virtual environment beside the repository's target directory. Linux only.
"""

import argparse
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LAB = ROOT / "tests" / "lab"
LATENCY_MS = 50
KEY = "AKIAMAIN000000000000"


def python():
    """The interpreter of a virtual environment with what the fake needs."""
    home = ROOT / "target" / "bench-lab-venv"
    program, done = home / "bin" / "python", home / "done"
    if not done.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([program, "-m", "pip", "install", "-q", "--no-deps", "-r",
                        LAB / "requirements-lab.txt"], check=True)
        done.touch()
    return str(program)


def limits():
    """mrlint's own data file."""
    read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin), default=str))"
    with open(ROOT / "src" / "aws" / "budgets.yaml", encoding="utf-8") as file:
        told = subprocess.run([python(), "-c", read], stdin=file, capture_output=True, check=True)
    return json.loads(told.stdout)


class Server:
    """A program that prints where it listens, and ends with its standard input."""

    def __init__(self, *command, cwd=None):
        self.process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        told = self.process.stdout.readline().split()
        if not told:
            raise SystemExit(f"{command[0]} did not start")
        self.port = int(told[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {told.decode()}")
        return json.loads(told or "null")

    def control(self, **conditions):
        self.ask("PUT", "/__control", {"template": "eu-west-1", **conditions})

    def stats(self):
        told = self.ask("GET", "/__stats")
        if told["unknown"]:
            raise SystemExit(f"{told['unknown']} unknown requests: {told['unknown_requests']}")
        return told

    def cpu(self):
        """CPU seconds so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def mrlint(folder, server, *args):
    """Runs `collect`: seconds, CPU seconds, peak MiB, and how many resources the inventory has."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    env = kept | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}", "AWS_ACCESS_KEY_ID": KEY,
                  "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
                  "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
                  "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_COLOR": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "inventory.jsonl"
        command = [str(folder / "mrlint"), "collect", "-q", "-o", str(out), *args]
        start = time.monotonic()
        pid = os.posix_spawn(command[0], command, env)
        _, status, usage = os.wait4(pid, 0)
        took = time.monotonic() - start
        if os.waitstatus_to_exitcode(status) not in (0, 3):
            raise SystemExit(f"mrlint ended with {os.waitstatus_to_exitcode(status)}")
        counted = {"resource": 0, "gap": 0}
        with open(out, encoding="utf-8") as file:
            for line in file:
                for kind in counted:
                    counted[kind] += line.startswith(f'{{"{kind}"')
    return {"seconds": took, "cpu": usage.ru_utime + usage.ru_stime,
            "peak_mib": usage.ru_maxrss / 1024, **counted}


def record(folder, regions, resources):
    """A load server of a synthetic estate."""
    scratch = pathlib.Path(tempfile.mkdtemp(dir=ROOT / "target"))
    world, recording = scratch / "estate.yaml", scratch / "recording.jsonl"
    with open(world, "w", encoding="utf-8") as file:
        subprocess.run([python(), "estate.py", "1", str(regions), str(resources)], cwd=LAB,
                       stdout=file, check=True)
    with Server(python(), "-m", "fake", str(world), "--record", str(recording), cwd=LAB) as fake:
        written = "us-east-1,eu-west-1" if regions > 1 else "us-east-1"
        mrlint(folder, fake, "--regions", written, "--budget", "100")
    return Server(str(folder / "examples" / "load"), str(recording))


def buckets(rows, allowed):
    """The calls that each bucket let through, with its limit."""
    found = {}
    for account, region, service, operation, calls, throttles, _ in rows:
        own, counting = False, []
        for limit in allowed["limits"]:
            names = limit["operations"]
            if limit["service"] != service or not ("*" in names or operation in names):
                continue
            if limit["per"] == "service" or not own:
                own = own or limit["per"] == "operation"
                counting.append(limit)
        for limit in counting or [allowed["default"]]:
            what = service if limit["per"] == "service" else f"{service}:{operation}"
            place = region if limit["where"] == "region" else "all Regions"
            key = (account, place, what, limit["rate"], limit["burst"])
            found[key] = found.get(key, 0) + calls - throttles
    return found


def bound(stats, allowed, share=1.0):
    """Prints the arithmetic; the least time in seconds."""
    waits = sorted(((max(0.0, calls - max(1.0, burst * share)) / (rate * share), key, calls)
                    for key, calls in buckets(stats["rows"], allowed).items()
                    for rate, burst in [key[3:]]), reverse=True)
    trip = LATENCY_MS / 1000
    print("  the least time: two calls to sign in, then the slowest bucket, and its last answer")
    for seconds, (_, place, what, rate, burst), calls in waits[:5]:
        print(f"    {what} in {place}: ({calls} calls - {burst * share:g} at once)"
              f" / {rate * share:g} a second = {seconds:.2f} s")
    least = 2 * trip + waits[0][0] + trip
    print(f"    2 x {trip:g} + {waits[0][0]:.2f} + {trip:g} = {least:.2f} s")
    return least


def pace(folder, given):
    allowed = limits()
    with record(folder, 20, given.each or 1000) as server:
        server.control(latency_ms=LATENCY_MS, limits=allowed)
        ran, stats = mrlint(folder, server, "--budget", "100"), server.stats()
        print(f"pace: {ran['resource']} resources, {stats['calls']} calls, "
              f"{stats['throttles']} throttled, {ran['gap']} gaps")
        least = bound(stats, allowed)
        print(f"  took {ran['seconds']:.2f} s ({stats['seconds']:.2f} s from first to last call): "
              f"{stats['seconds'] / least:.2f} times the least; aim 1.15")
        print(f"  CPU {ran['cpu']:.2f} s, peak {ran['peak_mib']:.0f} MiB, "
              f"most in flight {stats['most_in_flight']}")


def budget(folder, given):
    """A quarter for mrlint: what stays within a quarter of a bucket throttles nobody who stays within
    the other three, whenever they call."""
    allowed = limits()
    with record(folder, 20, given.each or 200) as server:
        server.control(latency_ms=LATENCY_MS, limits=scaled(allowed, 0.25))
        ran, stats = mrlint(folder, server), server.stats()
        print(f"budget: at 25 %, with buckets of a quarter: {stats['calls']} calls, "
              f"{stats['throttles']} throttled, {ran['seconds']:.1f} s")
        bound(stats, allowed, 0.25)


def scaled(allowed, share):
    """What is left when another client takes the rest of every bucket, always."""
    def one(limit):
        return {**limit, "rate": limit["rate"] * share, "burst": max(1.0, limit["burst"] * share)}
    return {"limits": [one(limit) for limit in allowed["limits"]], "default": one(allowed["default"])}


def accounts(folder, given):
    each = given.each or 200
    found = {}
    with record(folder, 17, each) as server:
        for count in given.accounts:
            server.control(accounts=count)
            roles = [f"--role-arn=arn:aws:iam::{100_000_000_000 + i}:role/reader" for i in range(count)]
            before = server.cpu()
            ran = found[count] = mrlint(folder, server, "--budget", "100", *roles)
            stats = server.stats()
            print(f"accounts: {count} x 17 Regions x {each}: {ran['resource']} resources, "
                  f"{ran['gap']} gaps, {stats['calls']} calls, {ran['seconds']:.0f} s, "
                  f"CPU {ran['cpu']:.1f} s (the server {server.cpu() - before:.1f} s), "
                  f"peak {ran['peak_mib']:.0f} MiB", flush=True)
    few, many = found[min(found)], found[max(found)]
    print(f"  CPU {many['cpu'] / few['cpu']:.1f} times, memory {many['peak_mib'] / few['peak_mib']:.2f} "
          f"times with {max(found) / min(found):.0f} times the accounts")


def answers(folder, _):
    """Answers for each CPU second of the server, over a few connections that are kept open."""
    with record(folder, 1, 200) as server:
        head = {"X-Amz-Target": "DynamoDB_20120810.ListTables",
                "Content-Type": "application/x-amz-json-1.0",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/dynamodb/"
                                 "aws4_request, SignedHeaders=host, Signature=0"}
        request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        request += "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n{}"
        server.control()
        before = server.cpu()
        workers = [threading.Thread(target=hammer, args=(server.port, request.encode(), 20_000 // 4))
                   for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        calls, cpu = server.stats()["calls"], server.cpu() - before
        print(f"answers: {calls} in {cpu:.2f} CPU s of the server: {calls / cpu:,.0f} a second")


def hammer(port, request, times):
    """Asks so often, sixteen requests ahead of the answers."""
    import socket
    ahead = 16
    with socket.create_connection(("127.0.0.1", port)) as stream:
        answer = None
        for _ in range(times // ahead):
            stream.sendall(request * ahead)
            need = None if answer is None else answer * ahead
            if need is None:
                stream.settimeout(0.5)
                got = 0
                try:
                    while True:
                        got += len(stream.recv(1 << 20))
                except TimeoutError:
                    stream.settimeout(None)
                answer = got // ahead
                continue
            while need > 0:
                need -= len(stream.recv(1 << 20))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("what", nargs="*", help="all when not given")
    parser.add_argument("--each", type=int, help="resources in each Region")
    parser.add_argument("--accounts", type=int, nargs=2, default=[50, 500])
    given = parser.parse_args()
    all_of_them = {"pace": pace, "budget": budget, "accounts": accounts, "answers": answers}
    for name in given.what or all_of_them:
        all_of_them[name](given.folder.resolve(), given)


if __name__ == "__main__":
    sys.exit(main())
