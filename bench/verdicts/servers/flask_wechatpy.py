"""Flask with wechatpy, as in its own example `echo`. `python flask_wechatpy.py HOST PORT`"""

import os
import sys

from flask import Flask, abort, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

TOKEN = os.environ["WECHAT_TOKEN"]
AES_KEY = os.environ.get("WECHAT_ENCODING_AES_KEY", "")
APP_ID = os.environ.get("WECHAT_APP_ID", "")

app = Flask(__name__)


def reply_to(document):
    message = parse_message(document)
    if message.type == "text":
        return create_reply("You said: " + message.content, message)
    return create_reply("Sorry, can not handle this for now", message)


@app.route("/wx", methods=["GET", "POST"])
def wx():
    signature = request.args.get("signature", "")
    timestamp = request.args.get("timestamp", "")
    nonce = request.args.get("nonce", "")
    encrypt_type = request.args.get("encrypt_type", "raw")
    msg_signature = request.args.get("msg_signature", "")
    try:
        check_signature(TOKEN, signature, timestamp, nonce)
    except InvalidSignatureException:
        abort(403)
    if request.method == "GET":
        return request.args.get("echostr", "")

    if encrypt_type == "raw":
        return reply_to(request.data).render()
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    try:
        document = crypto.decrypt_message(request.data, msg_signature, timestamp, nonce)
    except (InvalidSignatureException, InvalidAppIdException):
        abort(403)
    return crypto.encrypt_message(reply_to(document).render(), nonce, timestamp)


app.run(sys.argv[1], int(sys.argv[2]), threaded=True)
