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
    # What is ignored stays ignored across exec: some by Python, and the keys of a terminal where
    # the server was started with `&` by a script, or with nohup.
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    main()
