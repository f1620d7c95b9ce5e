"""`python -m fake WORLD...`: serve the worlds until standard input closes.

Prints `READY <port>` when it answers. A mistake in a world file ends it with
status 2 and the file, line and path on standard error.
"""

import argparse
import os
import sys
import threading

from .located import WorldError
from .server import Lab
from .world import World


def main():
    parser = argparse.ArgumentParser(prog="fake", description=__doc__)
    parser.add_argument("world", nargs="+", help="world files, or directories of them")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", help="file to which every request is appended as a JSON line")
    parser.add_argument("--record", help="file to which every answer is appended, to be served at size")
    parser.add_argument("--check", action="store_true", help="only check the world files")
    parser.add_argument("--stay", action="store_true", help="go on when standard input closes")
    given = parser.parse_args()
    try:
        world = World(given.world)
    except WorldError as error:
        print(error, file=sys.stderr)
        return 2
    if given.check:
        return 0
    server = Lab(world, given.port, given.log, given.record)
    if not given.stay:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    print(f"READY {server.server_address[1]}", flush=True)
    server.serve_forever()
    return 0


def _end_with_parent():
    """The starter holds the other end of standard input: its death closes it."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
