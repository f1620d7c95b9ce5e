"""`mrlint scan` beside the same reads made by boto3, Prowler, Cloud Custodian and ScoutSuite.

For each COUNT of Regions starts a moto server, fills it, lets each reader read it a few times, and prints
medians: CPU seconds (user and system, of the whole process tree), peak memory (of the largest process
of the tree), calls as the server counts them, and the clock. The server's own time is not counted.
Each peer has a virtual environment of its own, made in HOME from its pinned requirements. Linux only.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
import venv

from readers import HERE, READERS

ROOT = HERE.parent.parent
REGIONS = ("eu-west-1 eu-central-1 us-east-1 eu-north-1 eu-west-2 eu-west-3 us-east-2 us-west-1 "
           "us-west-2 ca-central-1 sa-east-1 ap-south-1 ap-southeast-1 ap-southeast-2 "
           "ap-northeast-1 ap-northeast-2 ap-northeast-3").split()
ASTRAY = re.compile(r"Could not connect|ConnectionError|ProxyError|Max retries exceeded")


def programs(home, name):
    """The programs of a virtual environment with what the peer requires."""
    place = home / name
    done = place / "done"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([place / "bin" / "python", "-m", "pip", "install", "-q", "-r",
                        HERE / f"requirements-{name}.txt"], check=True)
        done.touch()
    return place / "bin"


def environment(**more):
    """What every reader is given. What is not sent to moto meets a closed port, not AWS."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return kept | {"AWS_ACCESS_KEY_ID": "AKIABENCH00000000000", "AWS_SECRET_ACCESS_KEY": "x",
                   "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                   "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                   "HTTPS_PROXY": "http://127.0.0.1:9", "NO_COLOR": "1", **more}


class Moto:
    def __init__(self, python):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # its 1,200 images and their snapshots would be read by some and not by others
        self.process = subprocess.Popen(
            [python, HERE / "server.py", str(port)], stdin=subprocess.PIPE,
            env=environment(MOTO_EC2_LOAD_DEFAULT_AMIS="false"), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.ask("calls")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("moto did not start")

    def ask(self, what):
        with urllib.request.urlopen(f"{self.url}/bench/{what}", timeout=60) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


Run = collections.namedtuple("Run", "cpu memory clock calls astray")


def measure(moto, command, ends):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        moto.ask("reset")
        start = time.monotonic()
        with open(folder / "said", "w") as said:
            child = subprocess.Popen(command, cwd=folder, env=environment(AWS_ENDPOINT_URL=moto.url),
                                     stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            # of the process and of all its descendants that were waited for
            _, status, used = os.wait4(child.pid, 0)
        clock = time.monotonic() - start
        child.returncode = code = os.waitstatus_to_exitcode(status)
        said = (folder / "said").read_text(errors="replace")
    if code not in ends:
        raise SystemExit(f"{command[0]} ended with {code}: {said[-3000:]}")
    astray = sum(1 for line in said.splitlines() if ASTRAY.search(line))
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, clock, moto.ask("calls"), astray)


def compare(given, regions):
    """The median runs of each reader; calls are those of the last."""
    home, python = given.home, programs(given.home, "boto3") / "python"
    found = {}
    with Moto(python) as moto:
        subprocess.run([python, HERE / "fill.py", moto.url, *regions], check=True, env=environment())
        for name in given.readers:
            reader = READERS[name]
            where = given.mrlint.resolve() if name == "mrlint" else programs(home, name)
            runs = [measure(moto, reader.command(where, regions), reader.ends)
                    for _ in range(given.runs)]
            found[name] = Run(*(statistics.median(getattr(run, part) for run in runs)
                                for part in ("cpu", "memory", "clock")), *runs[-1][3:])
    return found


def total(run, services=None, lacking=None):
    return sum(count for service, _, lacks, count in run.calls
               if (services is None or service in services) and lacking in (None, lacks))


def table(found, title):
    ours = found["mrlint"]
    asked = {name: {call[0] for call in run.calls} for name, run in found.items()}
    shared = {name: asked[name] & asked["mrlint"] for name in found}
    rows = {
        "CPU s": lambda name, run: f"{run.cpu:.2f}",
        "peak MiB": lambda name, run: f"{run.memory:.0f}",
        "clock s": lambda name, run: f"{run.clock:.1f}",
        "calls": lambda name, run: f"{total(run):,}",
        "of these, what moto lacks": lambda name, run: f"{total(run, lacking=True):,}",
        "calls to the services of both, without those": lambda name, run:
            f"{total(run, shared[name], False):,}",
        "mrlint's calls to the same": lambda name, run: f"{total(ours, shared[name], False):,}",
        "mrlint : it, CPU": lambda name, run: f"1 : {run.cpu / ours.cpu:.1f}",
        "mrlint : it, memory": lambda name, run: f"1 : {run.memory / ours.memory:.1f}",
        "lines of failed connections": lambda name, run: str(run.astray),
    }
    print(f"\n| {title} | {' | '.join(found)} |\n| --- |{' --- |' * len(found)}")
    for label, cell in rows.items():
        print(f"| {label} | {' | '.join(cell(*each) for each in found.items())} |")
    for name, run in found.items():
        lacking = {f"{service} {what}": count for service, what, lacks, count in run.calls if lacks}
        beside = {service: total(run, {service}) for service in sorted(asked[name] - shared[name])}
        print(f"{name}: moto lacks {json.dumps(lacking)}; beside mrlint: {json.dumps(beside)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mrlint", type=pathlib.Path, help="the program to measure")
    parser.add_argument("count", type=int, nargs="*", default=[3, 17], help="how many Regions")
    parser.add_argument("--home", type=pathlib.Path, default=ROOT / "target" / "peers",
                        help="where the virtual environments are")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--save", type=pathlib.Path, help="folder for what was measured, as JSON")
    given = parser.parse_args()
    given.home = given.home.resolve()
    for count in given.count:
        found = compare(given, REGIONS[:count])
        if given.save:
            given.save.mkdir(parents=True, exist_ok=True)
            kept = {name: run._asdict() for name, run in found.items()}
            (given.save / f"{count}.json").write_text(json.dumps(kept, indent=1))
        table(found, f"{count} Regions")


if __name__ == "__main__":
    main()
