"""`python compare.py MRLINT [COUNT...]`: `mrlint scan` beside the same reads made with boto3.

MRLINT is the program to measure. For each COUNT of Regions (3 and 17) starts a moto server, fills
it, lets both read it a few times, and prints CPU seconds (user and system of the whole process),
peak memory and API calls of each, and their ratio. Medians; the server's own time is not counted.
Makes its own virtual environment beside the repository's target directory. Linux only.
"""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REGIONS = ("eu-west-1 eu-central-1 us-east-1 eu-north-1 eu-west-2 eu-west-3 us-east-2 us-west-1 "
           "us-west-2 ca-central-1 sa-east-1 ap-south-1 ap-southeast-1 ap-southeast-2 "
           "ap-northeast-1 ap-northeast-2 ap-northeast-3").split()
RUNS = 3


def python():
    """The interpreter of a virtual environment with moto and boto3."""
    home = ROOT / "target" / "bench-venv"
    program, done = home / "bin" / "python", home / "done"
    if not done.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([program, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"],
                       check=True)
        done.touch()
    return str(program)


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return kept | {"AWS_ACCESS_KEY_ID": "AKIABENCH00000000000", "AWS_SECRET_ACCESS_KEY": "x",
                   "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                   "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                   "NO_COLOR": "1", **more}


class Moto:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [python(), HERE / "server.py", str(port)], stdin=subprocess.PIPE,
            env=environment(MOTO_EC2_LOAD_DEFAULT_AMIS="false"), stderr=subprocess.DEVNULL)
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


def measure(moto, command, folder, env, allowed):
    """CPU seconds, peak memory in MiB, calls by operation, seconds on the clock."""
    moto.ask("reset")
    start = time.monotonic()
    with open(folder / "stderr", "w") as errors:
        child = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL,
                                 stderr=errors)
        _, status, used = os.wait4(child.pid, 0)
    clock = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    child.returncode = code
    if code not in allowed:
        raise SystemExit(f"{command[0]} ended with {code}: {(folder / 'stderr').read_text()}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, moto.ask("calls"), clock


def compare(mrlint, regions):
    with Moto() as moto, tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([python(), HERE / "fill.py", moto.url, *regions], check=True,
                       env=environment())
        each = {
            "mrlint": ([mrlint, "scan", "--regions", ",".join(regions), "-f", "json"],
                       environment(AWS_ENDPOINT_URL=moto.url)),
            "boto3": ([python(), HERE / "read.py", moto.url, *regions], environment()),
        }
        medians, calls = {}, {}
        for reader, (command, env) in each.items():
            allowed = (0, 1, 3) if reader == "mrlint" else (0,)  # findings and gaps are no failure
            runs = [measure(moto, command, folder, env, allowed) for _ in range(RUNS)]
            calls[reader] = runs[-1][2]
            medians[reader] = [statistics.median(values) for values in (
                [run[0] for run in runs], [run[1] for run in runs],
                [sum(run[2].values()) for run in runs], [run[3] for run in runs])]
    print(f"\n{len(regions)} Regions {'mrlint':>12} {'boto3':>12} {'ratio':>8}")
    for at, label in enumerate(("CPU s", "peak MiB", "API calls", "clock s")):
        ours, theirs = medians["mrlint"][at], medians["boto3"][at]
        print(f"{label:<10} {ours:>12.2f} {theirs:>12.2f} {ours / theirs:>8.3f}")
    differing = {key: (calls["mrlint"].get(key, 0), calls["boto3"].get(key, 0))
                 for key in sorted({*calls["mrlint"], *calls["boto3"]})
                 if calls["mrlint"].get(key) != calls["boto3"].get(key)}
    print("calls that differ (mrlint, boto3):", json.dumps(differing))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for count in map(int, sys.argv[2:] or ("3", "17")):
        compare(str(pathlib.Path(sys.argv[1]).resolve()), REGIONS[:count])
