"""Flask with WeRoBot, as in its documentation. `python flask_werobot.py HOST PORT`"""

import sys

from flask import Flask
from robot import robot
from werobot.contrib.flask import make_view

app = Flask(__name__)
app.add_url_rule(rule="/wx", endpoint="werobot", view_func=make_view(robot), methods=["GET", "POST"])
app.run(sys.argv[1], int(sys.argv[2]), threaded=True)
