'use strict';

// Opens and seals encrypted messages with wechat-crypto: one answer on stdout for each line "OPERATION SIZE" on stdin.
//
// `node envelope.js DIRECTORY`, where DIRECTORY holds the requests that echostr's `envelope` wrote.

const fs = require('fs');
const path = require('path');
const readline = require('readline');
const WXBizMsgCrypt = require('wechat-crypto');
const xml2js = require('xml2js');

// Nanoseconds for which an operation is repeated.
const LONG_ENOUGH = 20_000_000n;

const APP_ID = process.env.WECHAT_APP_ID;
const CRYPTO = new WXBizMsgCrypt(process.env.WECHAT_TOKEN, process.env.WECHAT_ENCODING_AES_KEY, APP_ID);

// One signed request: query, body, and what is in it.
class Request {
  constructor(directory, size) {
    const read = (kind) => fs.readFileSync(path.join(directory, `${size}.${kind}`), 'utf8');
    const query = new URLSearchParams(read('query'));
    this.signature = query.get('msg_signature');
    this.timestamp = query.get('timestamp');
    this.nonce = query.get('nonce');
    this.body = Buffer.from(read('xml'));
    this.encrypt = read('encrypt');
    this.message = read('message');
  }

  // wechat-crypto reads no XML: its users, co-wechat and wechat, do that with xml2js, which calls back at once.
  open() {
    let message;
    xml2js.parseString(this.body.toString(), { trim: true }, (error, document) => {
      if (error) throw error;
      message = this.decrypt(document.xml.Encrypt[0]);
    });
    return message;
  }

  openParsed() {
    return this.decrypt(this.encrypt);
  }

  // The signature and the id are the caller's to compare.
  decrypt(encrypt) {
    if (CRYPTO.getSignature(this.timestamp, this.nonce, encrypt) !== this.signature) {
      throw new Error('Invalid signature');
    }
    const { message, id } = CRYPTO.decrypt(encrypt);
    if (id !== APP_ID) throw new Error('Invalid appid');
    return message;
  }

  // The document, too, is the caller's to write.
  seal() {
    const encrypt = CRYPTO.encrypt(this.message);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = CRYPTO.getSignature(timestamp, this.nonce, encrypt);
    return `<xml>
<Encrypt><![CDATA[${encrypt}]]></Encrypt>
<MsgSignature><![CDATA[${signature}]]></MsgSignature>
<TimeStamp>${timestamp}</TimeStamp>
<Nonce><![CDATA[${this.nonce}]]></Nonce>
</xml>`;
  }

  check() {
    if (this.open() !== this.message || this.openParsed() !== this.message) return 'opened another message';
    this.body = Buffer.from(this.body.toString().replace(this.encrypt.slice(-4), 'AAAA'));
    try {
      this.open();
    } catch (error) {
      return error.message === 'Invalid signature' ? 'ok' : error.message;
    }
    return 'opened a message that had been altered';
  }
}

// How long one operation takes, from as many as take long enough to be measured.
function nanoseconds(operation) {
  for (let repetitions = 1; ; repetitions *= 2) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < repetitions; i += 1) operation();
    const elapsed = process.hrtime.bigint() - start;
    if (elapsed >= LONG_ENOUGH) return Number(elapsed) / repetitions;
  }
}

function answer(operation, size) {
  const request = new Request(process.argv[2], size);
  if (operation === 'check') return request.check();
  const operations = {
    open: () => request.open(),
    'open-parsed': () => request.openParsed(),
    seal: () => request.seal(),
  };
  return nanoseconds(operations[operation]).toFixed(1);
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  console.log(answer(...line.split(' ')));
});
