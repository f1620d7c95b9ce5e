"""`python leash.py MODULE ARGUMENT...`: run a module that ends when standard input closes.

Whoever starts a server holds the other end of its standard input, so the
server cannot outlive its starter, however that one ends.
"""

import os
import runpy
import sys
import threading


def _end_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
