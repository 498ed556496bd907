"""Tornado with WeRoBot, as in its documentation. `python tornado_werobot.py HOST PORT`"""

import sys

import tornado.ioloop
import tornado.web
from robot import robot
from werobot.contrib.tornado import make_handler

application = tornado.web.Application([(r"/wx", make_handler(robot))])
application.listen(int(sys.argv[2]), sys.argv[1])
tornado.ioloop.IOLoop.instance().start()
