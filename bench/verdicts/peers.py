"""The peers, and what reading their source says of each in each mode.

`accepted` are the cases by which a forgery gets in: names, or beginnings of names with a `*` behind. Whatever else is accepted,
and whatever of these is not, makes the run fail.
"""

from dataclasses import dataclass, field

NODE = "node"
PYTHON = "python"

BREAKS_OUT = "message-text-markup"
"""The case that fails where a user's `]]>` ends the CDATA section of the reply."""

DOWNGRADE = ["post-downgrade", "post-downgrade-raw"]

GET_WITHOUT_A_CHECK = [
    "get-other-token",
    "get-echostr-alone",
    "get-echostr-script",
    "get-signature-*",
    "get-timestamp-*",
    "get-nonce-*",
]


@dataclass
class Verdict:
    """What the command must say, and the lines of the source that say so."""

    exit: int
    source: str
    accepted: list = field(default_factory=list)
    failed: list = field(default_factory=list)


@dataclass
class Peer:
    name: str
    packages: list
    program: str
    server: str
    plain: Verdict
    safe: Verdict


PEERS = [
    Peer(
        "co-wechat on Koa",
        ["co-wechat", "koa"],
        NODE,
        "koa_co_wechat.js",
        Verdict(
            1,
            "`lib/wechat.js:221` checks every message; `:105` writes what the user typed into CDATA as it is",
            failed=[BREAKS_OUT],
        ),
        Verdict(
            5,
            "`lib/wechat.js:187` takes the mode from the query: without `encrypt_type` a plain body under a captured "
            "`signature` is handled",
            accepted=DOWNGRADE,
            failed=[BREAKS_OUT],
        ),
    ),
    Peer(
        "wechat on Express",
        ["wechat", "express"],
        NODE,
        "express_wechat.js",
        Verdict(
            1,
            "`lib/wechat.js:513` checks every message; `:100` writes what the user typed into CDATA as it is; "
            "`:519` sends the handshake chunked, a warning",
            failed=[BREAKS_OUT],
        ),
        Verdict(
            5,
            "`lib/wechat.js:508` takes the mode from the query, as co-wechat does; `:463` throws where there is no "
            "`Encrypt`, and nothing catches it: the process ends",
            accepted=DOWNGRADE,
            failed=[BREAKS_OUT],
        ),
    ),
    Peer(
        "koa-wechat on Koa 1",
        ["koa-wechat", "koa1"],
        NODE,
        "koa_koa_wechat.js",
        Verdict(0, "`index.js:31` checks every request before anything else"),
        Verdict(
            1,
            "`index.js:40` parses the body as it came: it knows no encryption, and an encrypted message has "
            "neither type nor sender. A mode mismatch",
            failed=["message-*", "event-*", "retry"],
        ),
    ),
    Peer(
        "node-easywechat on Express",
        ["node-easywechat", "express"],
        NODE,
        "express_easywechat.js",
        Verdict(
            5,
            "`dist/OfficialAccount/Server.js:29` echoes before any check, as `text/html`; `:33` handles messages, and nothing "
            "looks at `signature`",
            accepted=[*GET_WITHOUT_A_CHECK, "post-*"],
        ),
        Verdict(
            5,
            "`dist/OfficialAccount/Server.js:29` as in plain mode; `:35` decrypts and checks only where the query has a "
            "`msg_signature`: without one anybody's plain body is handled",
            accepted=[*GET_WITHOUT_A_CHECK, *DOWNGRADE, "post-plain-other-token", "post-plain-no-parameters"],
        ),
    ),
    Peer(
        "Flask tutorial",
        ["flask"],
        PYTHON,
        "flask_tutorial.py",
        Verdict(
            1,
            "`servers/flask_tutorial.py:36` checks every request; `:46` writes what the user typed into CDATA as it is",
            failed=[BREAKS_OUT],
        ),
        Verdict(
            1,
            "`servers/flask_tutorial.py:42` reads `MsgType` of the body itself: it knows no encryption. A mode mismatch",
            failed=["message-*", "event-*", "retry"],
        ),
    ),
    Peer(
        "wechatpy on Flask",
        ["wechatpy", "flask"],
        PYTHON,
        "flask_wechatpy.py",
        Verdict(
            1,
            "`wechatpy/utils.py:70` checks every request; `wechatpy/fields.py:88` writes what the user typed into CDATA as "
            "it is",
            failed=[BREAKS_OUT],
        ),
        Verdict(
            5,
            "`servers/flask_wechatpy.py:40`, after wechatpy's own example, takes the mode from the query; wechatpy has "
            "nothing that would fix it",
            accepted=DOWNGRADE,
            failed=[BREAKS_OUT],
        ),
    ),
    Peer(
        "WeRoBot on Flask",
        ["werobot", "flask"],
        PYTHON,
        "flask_werobot.py",
        Verdict(
            1,
            "`werobot/contrib/flask.py:39` checks every request before anything else",
            failed=[BREAKS_OUT],
        ),
        Verdict(
            5,
            "`werobot/robot.py:565` decrypts and checks `msg_signature` only where the body has an `Encrypt`: a plain body "
            "under a captured `signature` is handled",
            accepted=[*DOWNGRADE, "post-plain-body", "post-encrypt-missing"],
            failed=[BREAKS_OUT],
        ),
    ),
    Peer(
        "WeRoBot on Tornado",
        ["werobot", "tornado"],
        PYTHON,
        "tornado_werobot.py",
        Verdict(
            5,
            "`werobot/contrib/tornado.py:51` returns from `prepare` without `finish()`: 403 is set, and the handler runs all the "
            "same; the echostr follows the page of the error, as HTML",
            accepted=["get-echostr-script", "post-*"],
            failed=[BREAKS_OUT],
        ),
        Verdict(
            5,
            "`werobot/contrib/tornado.py:51` as in plain mode, and `werobot/robot.py:565` as on Flask: anybody's plain body is "
            "handled",
            accepted=[
                *DOWNGRADE,
                "get-echostr-script",
                "post-plain-body",
                "post-plain-other-token",
                "post-plain-no-parameters",
                "post-encrypt-missing",
            ],
            failed=[BREAKS_OUT],
        ),
    ),
]
