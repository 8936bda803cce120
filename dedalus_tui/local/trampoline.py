"""Run as a script: `trampoline.py PROGRAM ARGV0 [ARGUMENT…]`, standard input a terminal.

Between the server and a shell: makes the terminal on standard input the controlling one of a new
session and becomes the program. A few lines of Python here replace a `preexec_fn`, which must not
be used in a process with threads.
"""

import os
import signal
import sys


def main() -> None:
    """Become the program."""
    os.login_tty(os.dup(0))
    # Python ignores these, and what is ignored stays ignored across exec.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    main()
