import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { newId } from '@ece/platform/ids/index';
import { record, recordTo } from '@ece/platform/telemetry/spans';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pauseAfter } from '../domain/retry.ts';
import { openTestWorld, type Person, type TestWorld } from '../test-world.ts';
import { createMailbox } from './mailbox.ts';
import { sendMails } from './send.ts';
import { createSmtp } from './smtp.ts';
import type { Mail, MailTransport, Sent } from './transport.ts';
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const certificate = fixture('localhost.pem');

/** A transport that notes what it gets and answers as it is told. */
const outbox: Mail[] = [];
let answer: (mail: Mail) => Sent | Promise<Sent>;
const transport: MailTransport = {
  async send(mails) {
    outbox.push(...mails);
    return await Promise.all(mails.map(answer));
  },
  close() {},
};

let world: TestWorld;
let ann: Person;

beforeAll(async () => {
  world = await openTestWorld({ mail: transport });
});
afterAll(() => world.close());
beforeEach(() => {
  outbox.length = 0;
  answer = () => ({ ok: true });
  ann = world.person();
});

const deposit = (person: Person) => ({
  topic: `user:${person.id}`,
  type: 'wallet.deposited',
  data: { transferId: newId(), amount: '12.5' },
});

interface Row {
  state: string;
  tries: number;
  failure: string | null;
}
const rowsOf = (person: Person) =>
  world.db<Row[]>`select state, tries, failure from notifications.mails
    where account_id = ${person.id} order by id`;
const comeDue = (person: Person) =>
  world.db`update notifications.mails set due_at = clock_timestamp() where account_id = ${person.id}`;

describe('the queue', () => {
  test('takes one mail for each notification whose type is mailed, and sends it once', async () => {
    await world.tell(deposit(ann), { ...deposit(ann), type: 'copy.minted', data: { copyId: newId() } });
    await world.run('notifications.consume');
    await Promise.all([world.run('notifications.mail'), world.run('notifications.mail')]);
    expect(outbox).toHaveLength(1);
    const [mail] = outbox;
    expect(mail).toMatchObject({ to: ann.email, subject: '12.5 USDC arrived' });
    expect(mail!.text).toContain('Your deposit is final');
    expect(mail!.html).toContain('12.5 USDC arrived');
    expect(mail!.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(await rowsOf(ann)).toEqual([{ state: 'sent', tries: 1, failure: null }]);
  });

  test('stays in the trace of what caused it', async () => {
    const spans: { name: string; traceparent: string; parent: string | undefined }[] = [];
    recordTo({
      start(name, { parent, remoteParent }) {
        const from = parent?.traceparent ?? remoteParent?.traceparent;
        const trace = from?.slice(3, 35) ?? randomBytes(16).toString('hex');
        const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
        spans.push({ name, traceparent, parent: from });
        return { traceparent, set() {}, fail() {}, end() {} };
      },
      report() {},
    });
    try {
      await record('the cause', {}, () => world.tell(deposit(ann)));
      await world.run('notifications.consume');
      await world.run('notifications.mail');
    } finally {
      recordTo(undefined);
    }
    const trace = (wanted: string) => spans.find(({ name }) => name === wanted)?.traceparent.slice(3, 35);
    expect(trace('mail')).toBeDefined();
    expect(trace('mail')).toBe(trace('the cause'));
  });

  test('follows the preferences of the moment of sending, too', async () => {
    const ben = world.person();
    const choose = (person: Person, mail: boolean) =>
      world.call(person, 'PUT', '/notification-preferences', { items: [{ type: 'deposit_final', mail }] });
    await choose(ann, false);
    await world.tell(deposit(ann), deposit(ben));
    await world.run('notifications.consume');
    await choose(ben, false);
    await world.run('notifications.mail');
    expect(outbox).toEqual([]);
    expect(await rowsOf(ann)).toEqual([]);
    expect(await rowsOf(ben)).toMatchObject([{ state: 'dropped', failure: 'unsubscribed' }]);
  });

  test('sends nothing to who is gone, and nothing about what happened long ago', async () => {
    const gone = world.person();
    await world.tell(deposit(gone), deposit(ann));
    await world.db`update platform.events set at = at - interval '2 days' where topic = ${`user:${ann.id}`}`;
    world.people.delete(gone.id);
    await world.run('notifications.consume');
    await world.run('notifications.mail');
    expect(outbox).toEqual([]);
    expect(await rowsOf(gone)).toMatchObject([{ state: 'dropped', failure: 'no_address' }]);
    expect(await rowsOf(ann)).toEqual([]);
  });

  test('makes one mail of a burst of outbids on one auction', async () => {
    const card = world.card();
    const [one, two] = [world.auction(newId(), card), world.auction(newId(), card)];
    const outbid = (auctionId: string) => ({
      topic: `user:${ann.id}`,
      type: 'bid.outbid',
      data: { auctionId, price: '5' },
    });
    await world.tell(outbid(one.id), outbid(two.id), outbid(one.id));
    await world.run('notifications.consume');
    await world.tell(outbid(one.id));
    await world.run('notifications.consume');
    expect(await rowsOf(ann)).toHaveLength(2);
    await world.run('notifications.mail');
    expect(outbox).toHaveLength(2);
  });

  test('tries again with pauses, and a mail is dead after ten tries or a final refusal', async () => {
    answer = () => ({ ok: false, permanent: false, code: 'smtp_421' });
    await world.tell(deposit(ann));
    await world.run('notifications.consume');
    for (let n = 1; n <= 10; n++) {
      await world.run('notifications.mail');
      await world.run('notifications.mail');
      expect(outbox).toHaveLength(n);
      expect(await rowsOf(ann)).toEqual([
        { state: n < 10 ? 'queued' : 'dead', tries: n, failure: 'smtp_421' },
      ]);
      await comeDue(ann);
    }
    expect(new Set(outbox.map((mail) => mail.id)).size).toBe(1);
    answer = () => ({ ok: false, permanent: true, code: 'smtp_550' });
    const ben = world.person();
    await world.tell(deposit(ben));
    await world.run('notifications.consume');
    await world.run('notifications.mail');
    expect(await rowsOf(ben)).toEqual([{ state: 'dead', tries: 1, failure: 'smtp_550' }]);
    expect(await world.metrics.registry.metrics()).toMatch(/ece_mails_total\{result="dead"\} 2/);
  });

  test('a mail whose process died is tried again once its time is over', async () => {
    answer = () => Promise.reject(new Error('killed'));
    const dies = { ...world.context, users: { byIds: () => Promise.reject(new Error('killed')) } };
    await world.tell(deposit(ann));
    await world.run('notifications.consume');
    await expect(sendMails(dies as never, transport)).rejects.toThrow('killed');
    await world.run('notifications.mail');
    expect(outbox).toEqual([]);
    await comeDue(ann);
    answer = () => ({ ok: true });
    await world.run('notifications.mail');
    expect(await rowsOf(ann)).toEqual([{ state: 'sent', tries: 2, failure: null }]);
  });

  test('pauses grow and have chance in them', () => {
    const pauses = [1000, 2000];
    expect([pauseAfter(pauses, 1, 0), pauseAfter(pauses, 1, 0.999)]).toEqual([800, 1200]);
    expect(pauseAfter(pauses, 3, 0.5)).toBeUndefined();
  });
});

describe('unsubscribing', () => {
  const open = (method: 'GET' | 'POST', url: string, type?: string) =>
    world.app.inject({
      method,
      url,
      ...(type && { headers: { 'content-type': type }, payload: 'List-Unsubscribe=One-Click' }),
    });

  test('the link of a mail shows a page, and one click ends mails of its type alone', async () => {
    await world.tell(deposit(ann));
    await world.run('notifications.consume');
    await world.run('notifications.mail');
    const link = new URL(outbox[0]!.headers['List-Unsubscribe']!.slice(1, -1));
    expect(link.origin).toBe('http://exchange.test');
    const path = link.pathname + link.search;
    const page = await open('GET', path);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const chosen = () =>
      world.db`select type, mail from notifications.preferences where account_id = ${ann.id}`;
    expect(await chosen()).toEqual([]);
    const done = await open('POST', path, 'application/x-www-form-urlencoded');
    expect(done.statusCode).toBe(200);
    expect(await chosen()).toEqual([{ type: 'deposit_final', mail: false }]);
    expect((await open('POST', path, 'multipart/form-data; boundary=x')).statusCode).toBe(200);
  });

  test('another secret, another account, another type and no token end nothing', async () => {
    const secret = world.context.secret;
    const token = unsubscribeToken(secret, { accountId: ann.id, type: 'outbid' });
    expect(readUnsubscribeToken(secret, token)).toEqual({ accountId: ann.id, type: 'outbid' });
    const [, , signature] = token.split('.');
    const forged = [
      unsubscribeToken(randomBytes(32), { accountId: ann.id, type: 'outbid' }),
      `${newId()}.outbid.${signature}`,
      `${ann.id}.auction_won.${signature}`,
      `${ann.id}.outbid.`,
      `${ann.id}.outbid`,
      '',
      '..',
    ];
    for (const bad of forged) {
      const answered = await open(
        'POST',
        `/unsubscribe?token=${encodeURIComponent(bad)}`,
        'application/x-www-form-urlencoded',
      );
      expect(answered.statusCode, bad).toBe(404);
    }
    expect((await open('POST', '/unsubscribe?token=a&token=b')).statusCode).toBe(404);
    expect(await world.db`select 1 from notifications.preferences where account_id = ${ann.id}`).toHaveLength(
      0,
    );
  });
});

test('the mailbox keeps the latest mails', async () => {
  const mailbox = createMailbox(world.db);
  const mail = { to: 'a@b.example', subject: 's', text: 't', html: '<p>h</p>', headers: { X: '1' } };
  const ids = Array.from({ length: 560 }, () => newId());
  const left = [...ids];
  while (left.length > 0) await mailbox.send(left.splice(0, 20).map((id) => ({ id, ...mail })));
  await mailbox.send([{ id: ids.at(-1)!, ...mail }]);
  const rows = await world.db`select id from notifications.mailbox order by id`;
  expect(rows.map((row) => row.id)).toEqual(ids.slice(-rows.length));
  expect(rows.length).toBeGreaterThanOrEqual(500);
  expect(rows.length).toBeLessThan(550);
});

describe('SMTP, with a server on a socket', () => {
  interface Received {
    from: string;
    to: string[];
    text: string;
    secure: boolean;
    user: string | undefined;
  }
  let server: SMTPServer | undefined;
  let received: Received[];
  const clients: MailTransport[] = [];

  async function listen(options: SMTPServerOptions = {}): Promise<number> {
    received = [];
    server = new SMTPServer({
      ...{ key: fixture('localhost-key.pem'), cert: certificate, authOptional: true, logger: false },
      onAuth: (auth, _session, done) =>
        auth.username === 'ece' && auth.password === 'p@ss:word'
          ? done(null, { user: auth.username })
          : done(new Error('no')),
      onRcptTo: (address, _session, done) =>
        address.address.startsWith('unknown')
          ? done(Object.assign(new Error('No such user here'), { responseCode: 550 }))
          : done(),
      onData: async (stream, session, done) => {
        let text = '';
        for await (const chunk of stream) text += chunk;
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((one) => one.address),
          text,
          secure: Boolean(session.secure),
          user: session.user as string | undefined,
        });
        done();
      },
      ...options,
    });
    // A client that does not trust us ends the handshake.
    server.on('error', () => {});
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return (server.server.address() as AddressInfo).port;
  }
  const client = (url: string, more: object = { ca: certificate }) => {
    const made = createSmtp({ url, from: 'ECE <mail@ece.example>', host: 'ece.example', ...more });
    clients.push(made);
    return made;
  };
  const mail: Mail = {
    ...{
      id: newId(),
      to: 'ann@test.ece.example',
      subject: 'Ärger, “so what”',
      text: 'Plain',
      html: '<p>Rich</p>',
    },
    headers: { 'List-Unsubscribe': '<https://ece.example/unsubscribe?token=x>' },
  };
  afterEach(async () => {
    for (const each of clients.splice(0)) each.close();
    await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
  });

  test('a mail arrives by STARTTLS with its parts, headers and sign-in', async () => {
    const port = await listen();
    expect(await client(`smtp://ece:p%40ss%3Aword@localhost:${port}`).send([mail])).toEqual([{ ok: true }]);
    expect(received).toMatchObject([{ from: 'mail@ece.example', to: [mail.to], secure: true, user: 'ece' }]);
    const { text } = received[0]!;
    expect(text).toContain(`Message-ID: <${mail.id}@ece.example>`);
    expect(text).toContain('List-Unsubscribe: <https://ece.example/unsubscribe?token=x>');
    expect(text).toMatch(
      /Content-Type: text\/plain[\s\S]*Plain[\s\S]*Content-Type: text\/html[\s\S]*<p>Rich<\/p>/,
    );
  });

  test('smtps:// is encrypted from the first byte', async () => {
    const port = await listen({ secure: true });
    expect(await client(`smtps://localhost:${port}`).send([mail])).toEqual([{ ok: true }]);
    expect(received).toMatchObject([{ secure: true }]);
  });

  test('a certificate that nobody vouches for gets no mail, and no setting in the address changes that', async () => {
    const port = await listen({ secure: true });
    const [sent] = await client(`smtps://localhost:${port}?tls.rejectUnauthorized=false`, {}).send([mail]);
    expect(sent).toMatchObject({ ok: false, permanent: false });
    expect(received).toEqual([]);
  });

  test('a server without TLS gets no mail, unless it is this machine in development', async () => {
    const port = await listen({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await client(`smtp://localhost:${port}`).send([mail])).toMatchObject([{ ok: false }]);
    expect(received).toEqual([]);
    expect(await client(`smtp://localhost:${port}`, { plainLoopback: true }).send([mail])).toEqual([
      { ok: true },
    ]);
    expect(received).toMatchObject([{ secure: false }]);
  });

  test('refusals are told apart: for good, for now, for a wrong password, for nobody there', async () => {
    const port = await listen();
    const url = `smtp://ece:p%40ss%3Aword@localhost:${port}`;
    const [unknown] = await client(url).send([{ ...mail, to: 'unknown@test.ece.example' }]);
    expect(unknown).toEqual({ ok: false, permanent: true, code: 'smtp_550' });
    const [wrong] = await client(`smtp://ece:wrong@localhost:${port}`).send([mail]);
    expect(wrong).toMatchObject({ ok: false, permanent: false });
    expect(await client('smtp://localhost:9').send([mail])).toMatchObject([{ ok: false, permanent: false }]);
    const [two] = await client(url).send([{ ...mail, to: 'a@test.ece.example, b@test.ece.example' }]);
    expect(two!.ok).toBe(false);
    expect(received).toEqual([]);
  });
});
