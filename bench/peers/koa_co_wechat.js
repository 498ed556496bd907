'use strict';

// Koa with co-wechat, as in its README: it answers every path. `node koa_co_wechat.js HOST PORT`

const Koa = require('koa');
const wechat = require('co-wechat');

const [host, port] = process.argv.slice(2);

const app = new Koa();
// The empty text is co-wechat's way to say that there is no reply; any other text becomes a reply document.
app.use(wechat(process.env.WECHAT_TOKEN).middleware(async () => ''));
app.listen(Number(port), host);
