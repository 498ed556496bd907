"""Opens and seals encrypted messages with wechatpy: one answer on stdout for each line "OPERATION SIZE" on stdin.

`python envelope.py DIRECTORY`, where DIRECTORY holds the requests that echostr's `envelope` wrote.
"""

import os
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

LONG_ENOUGH = 20_000_000
"""Nanoseconds for which an operation is repeated."""

CRYPTO = WeChatCrypto(os.environ["WECHAT_TOKEN"], os.environ["WECHAT_ENCODING_AES_KEY"], os.environ["WECHAT_APP_ID"])


class Request:
    """One signed request: query, body, and what is in it."""

    def __init__(self, directory, size):
        query = parse_qs((directory / f"{size}.query").read_text())
        self.signed = [query[name][0] for name in ("msg_signature", "timestamp", "nonce")]
        self.body = (directory / f"{size}.xml").read_bytes()
        self.encrypt = (directory / f"{size}.encrypt").read_text()
        self.message = (directory / f"{size}.message").read_text()

    def open(self):
        return CRYPTO.decrypt_message(self.body, *self.signed)

    def open_parsed(self):
        return CRYPTO.decrypt_message({"Encrypt": self.encrypt}, *self.signed)

    def seal(self):
        return CRYPTO.encrypt_message(self.message, self.signed[2])

    def check(self):
        if not self.open() == self.open_parsed() == self.message:
            return "opened another message"
        self.body = self.body.replace(self.encrypt[-4:].encode(), b"AAAA")
        try:
            self.open()
        except InvalidSignatureException:
            return "ok"
        return "opened a message that had been altered"


def nanoseconds(operation):
    """How long one operation takes, from as many as take long enough to be measured."""
    repetitions = 1
    while True:
        start = time.perf_counter_ns()
        for _ in range(repetitions):
            operation()
        elapsed = time.perf_counter_ns() - start
        if elapsed >= LONG_ENOUGH:
            return elapsed / repetitions
        repetitions *= 2


def answer(directory, operation, size):
    request = Request(directory, size)
    if operation == "check":
        return request.check()
    operations = {"open": request.open, "open-parsed": request.open_parsed, "seal": request.seal}
    return f"{nanoseconds(operations[operation]):.1f}"


def main():
    for line in sys.stdin:
        operation, size = line.split()
        print(answer(Path(sys.argv[1]), operation, size), flush=True)


main()
