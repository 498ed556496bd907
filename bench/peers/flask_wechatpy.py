"""Flask with the check of wechatpy, as in its own example."""

import os

from flask import Flask, abort, request
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

TOKEN = os.environ["WECHAT_TOKEN"]

app = Flask(__name__)


@app.route("/wx", methods=["GET", "POST"])
def wx():
    signature = request.args.get("signature", "")
    timestamp = request.args.get("timestamp", "")
    nonce = request.args.get("nonce", "")

    try:
        check_signature(TOKEN, signature, timestamp, nonce)
    except InvalidSignatureException:
        abort(403)

    if request.method == "GET":
        return request.args.get("echostr", "")
    request.get_data()
    return "success"
