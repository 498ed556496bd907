'use strict';

// Koa 1, whose middleware are generators, with koa-wechat, as in its README. It knows no encryption.
// `node koa_koa_wechat.js HOST PORT`

const koa = require('koa1');
const wechat = require('koa-wechat');

const [host, port] = process.argv.slice(2);

const app = koa();
app.use(wechat({ token: process.env.WECHAT_TOKEN }));
app.use(function* reply() {
  const message = this.req.body;
  this.body = `You said: ${message.text || message.type}`;
});
app.listen(Number(port), host);
