"""The callbacks that every server gets: signed or forged, handshake or message."""

import hashlib
from urllib.parse import urlencode

# The secrets of the crate `bench`.
TOKEN = "Zq8vT3nLw5Rk"
SECRETS = {
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_ENCODING_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_APP_ID": "wx5823bf96d3bd56c7",
}

TIMESTAMP, NONCE, ECHO = "1540176606", "1854606751", "5863234938264561870"
OPENID = "oMgHVjngRipVsoxg6TuX3vz6glDg"
MESSAGE = f"""<xml><ToUserName><![CDATA[gh_e136c6e50636]]></ToUserName>
<FromUserName><![CDATA[{OPENID}]]></FromUserName>
<CreateTime>{TIMESTAMP}</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[你好，公众号]]></Content>
<MsgId>6616057345612340123</MsgId>
</xml>"""

# What the platform sends with it.
HEADERS = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache", "Content-Type": "text/xml"}


def signature(*parts):
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(genuine, **more):
    """In the order in which the platform sends the parameters."""
    signed = signature(TOKEN, TIMESTAMP, NONCE)
    forged = signed[:-1] + ("0" if signed[-1] != "0" else "1")
    return urlencode({"signature": signed if genuine else forged, **more})


def handshake(genuine):
    return "GET", query(genuine, echostr=ECHO, timestamp=TIMESTAMP, nonce=NONCE), None


def post(genuine):
    return "POST", query(genuine, timestamp=TIMESTAMP, nonce=NONCE, openid=OPENID), MESSAGE.encode()


QUESTIONS = {
    "signed GET": handshake(True),
    "signed POST": post(True),
    "forged GET": handshake(False),
    "forged POST": post(False),
}
