"""Starts a peer's server, and starts it again when it ends, as a process manager does."""

import os
import socket
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = "127.0.0.1"
PATIENCE = 20
"""Seconds until a server must listen."""

TOKEN = "verdictToken7"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx5823bf96d3bd56c7"


def environment(mode):
    secrets = {"WECHAT_TOKEN": TOKEN}
    if mode == "safe":
        secrets |= {"WECHAT_ENCODING_AES_KEY": KEY, "WECHAT_APP_ID": APP_ID}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WECHAT_")}
    return kept | secrets


class Server:
    def __init__(self, command, mode):
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        self.command = [*command, HOST, str(self.port)]
        self.mode = mode
        self.is_ending = False
        self.process = None
        self.starts = 0
        self.keeper = threading.Thread(target=self.keep)

    def keep(self):
        while not self.is_ending:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self.process = subprocess.Popen(self.command, env=environment(self.mode), **quiet)
            self.starts += 1
            self.process.wait()

    def __enter__(self):
        self.keeper.start()
        start = time.monotonic()
        while time.monotonic() - start < PATIENCE:
            try:
                socket.create_connection((HOST, self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"does not listen: {' '.join(self.command)}")

    def __exit__(self, *_):
        self.is_ending = True
        if self.process:
            self.process.terminate()
        self.keeper.join()

    @property
    def url(self):
        return f"http://{HOST}:{self.port}/wx"
