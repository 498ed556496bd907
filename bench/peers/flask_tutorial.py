"""Flask with the check that tutorials show: sort, join, SHA-1, compare with ==."""

import hashlib
import os

from flask import Flask, abort, request

TOKEN = os.environ["WECHAT_TOKEN"]

app = Flask(__name__)


@app.route("/wx", methods=["GET", "POST"])
def wx():
    signature = request.args.get("signature", "")
    timestamp = request.args.get("timestamp", "")
    nonce = request.args.get("nonce", "")

    parts = [TOKEN, timestamp, nonce]
    parts.sort()
    digest = hashlib.sha1("".join(parts).encode("utf-8")).hexdigest()
    if not digest == signature:
        abort(403)

    if request.method == "GET":
        return request.args.get("echostr", "")
    request.get_data()
    return "success"
