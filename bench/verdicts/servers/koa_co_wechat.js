'use strict';

// Koa with co-wechat, as in its README. `node koa_co_wechat.js HOST PORT`

const Koa = require('koa');
const wechat = require('co-wechat');

const [host, port] = process.argv.slice(2);
const config = {
  token: process.env.WECHAT_TOKEN,
  appid: process.env.WECHAT_APP_ID,
  encodingAESKey: process.env.WECHAT_ENCODING_AES_KEY,
};

const app = new Koa();
app.use(wechat(config).middleware(async (message) => `You said: ${message.Content || message.MsgType}`));
app.listen(Number(port), host);
