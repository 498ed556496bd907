'use strict';

// Express with node-easywechat, as in its documentation. `node express_easywechat.js HOST PORT`

const express = require('express');
const { OfficialAccount, ServerRequest } = require('node-easywechat');

const [host, port] = process.argv.slice(2);

const app = express();
app.use('/wx', async (request, response, next) => {
  try {
    const account = new OfficialAccount({
      app_id: process.env.WECHAT_APP_ID,
      token: process.env.WECHAT_TOKEN,
      aes_key: process.env.WECHAT_ENCODING_AES_KEY,
    });
    account.setRequest(await ServerRequest.createFromIncomingMessage(request));
    const server = account.getServer();
    server.with(async (message) => `You said: ${message.Content || message.MsgType}`);
    const answer = await server.serve();
    response.status(answer.getStatusCode());
    for (const [name, value] of Object.entries(answer.getHeaders())) response.set(name, String(value));
    response.end(answer.getBody().toString());
  } catch (error) {
    next(error);
  }
});
app.listen(Number(port), host);
