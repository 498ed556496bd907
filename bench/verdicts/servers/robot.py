"""The robot of the two WeRoBot servers, as in its documentation."""

import os

from werobot import WeRoBot

robot = WeRoBot(token=os.environ["WECHAT_TOKEN"], enable_session=False)
if os.environ.get("WECHAT_ENCODING_AES_KEY"):
    robot.config["APP_ID"] = os.environ["WECHAT_APP_ID"]
    robot.config["ENCODING_AES_KEY"] = os.environ["WECHAT_ENCODING_AES_KEY"]


@robot.text
def echo(message):
    return "You said: " + message.content
