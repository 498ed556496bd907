'use strict';

// Express with wechat, as in its README. `node express_wechat.js HOST PORT`

const express = require('express');
const wechat = require('wechat');

const [host, port] = process.argv.slice(2);

const app = express();
// The empty text is wechat's way to say that there is no reply; any other text becomes a reply document.
app.use('/wx', wechat(process.env.WECHAT_TOKEN, (request, response) => response.reply('')));
app.listen(Number(port), host);
