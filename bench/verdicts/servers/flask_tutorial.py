"""Flask with the check and the reply that tutorials show: sort, join, SHA-1; ElementTree; a template with CDATA.

`python flask_tutorial.py HOST PORT`. It knows no encryption.
"""

import hashlib
import os
import sys
import time
import xml.etree.ElementTree as ElementTree

from flask import Flask, abort, request

TOKEN = os.environ["WECHAT_TOKEN"]

REPLY = """<xml>
<ToUserName><![CDATA[%s]]></ToUserName>
<FromUserName><![CDATA[%s]]></FromUserName>
<CreateTime>%s</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[%s]]></Content>
</xml>"""

app = Flask(__name__)


@app.route("/wx", methods=["GET", "POST"])
def wx():
    signature = request.args.get("signature", "")
    timestamp = request.args.get("timestamp", "")
    nonce = request.args.get("nonce", "")
    echostr = request.args.get("echostr", "")

    parts = [TOKEN, timestamp, nonce]
    parts.sort()
    if hashlib.sha1("".join(parts).encode("utf-8")).hexdigest() != signature:
        abort(403)
    if request.method == "GET":
        return echostr

    message = ElementTree.fromstring(request.data)
    if message.find("MsgType").text != "text":
        return "success"
    sender, receiver = message.find("FromUserName").text, message.find("ToUserName").text
    content = message.find("Content").text
    return REPLY % (sender, receiver, int(time.time()), "You said: " + content)


app.run(sys.argv[1], int(sys.argv[2]), threaded=True)
