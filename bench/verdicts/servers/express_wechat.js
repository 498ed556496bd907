'use strict';

// Express with wechat, as in its README. `node express_wechat.js HOST PORT`

const express = require('express');
const wechat = require('wechat');

const [host, port] = process.argv.slice(2);
const config = {
  token: process.env.WECHAT_TOKEN,
  appid: process.env.WECHAT_APP_ID,
  encodingAESKey: process.env.WECHAT_ENCODING_AES_KEY,
};

const app = express();
app.use('/wx', wechat(config, (request, response) => {
  const message = request.weixin;
  response.reply(`You said: ${message.Content || message.MsgType}`);
}));
app.listen(Number(port), host);
