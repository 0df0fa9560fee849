import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@ece/contract';
import { titleOf } from '@ece/contract';
import type { Principal } from '@ece/platform/http/principal';
import type { WebSocket } from 'ws';
import { PING_FRAME, textFrame } from './frame.ts';
import type { Hub } from './hub.ts';
import { audienceOf, type ClientMessage, LARGEST_MESSAGE, MOST_TOPICS, parseMessage } from './protocol.ts';
import type { Share, Shares } from './shares.ts';
import type { Reader, Subscription } from './subscription.ts';

/** Who somebody is, and until when that counts, in Unix milliseconds. */
export interface Identity {
  principal: Principal;
  until: number;
}

/** What all connections of a process share. */
export interface ConnectionContext {
  hub: Hub;
  /** Reads an access token that a client sends; undefined when it is not good. */
  identify(token: string): Promise<Identity | undefined>;
  /** Counts what accounts have open. */
  accounts: Shares;
  /** Milliseconds that a reader may take for what was sent before its socket is closed. */
  slowReaderMs: number;
}

/** Bytes waiting for a reader from which on it counts as behind. */
const BEHIND = 16 * 1024;

/** Milliseconds that a client has to answer the close of its socket. */
const CLOSE_MS = 5000;

/** Messages a client may send in a second, on average, and at once. */
const RATE = { perSecond: 20, burst: 100 };

/** Messages that wait for the ones before them; while there are more, the socket is not read. */
const MOST_WAITING = 8;

/** Wrong messages after which the socket is closed. */
const MOST_MISTAKES = 10;

/** Close codes: RFC 6455 and its registry (policy, restart, try again later), and one of our own. */
const POLICY = 1008;
export const RESTART = 1012;
const TRY_AGAIN = 1013;
const SIGNED_OUT = 4401;

/** What a socket is told that is closed because its process stops. */
export const RESTART_REASON = 'the exchange restarts';

let turns = 0;

/** Serves one socket: reads its messages in order, and sends it the events of the topics that it follows. */
export class Connection implements Reader {
  lagging: Set<Subscription> | undefined;
  /** False from a ping until the client shows a sign of life. */
  alive = true;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #context: ConnectionContext;
  /** What the client's address has open. */
  readonly #address: Share;
  #account: Share | undefined;
  #identity: Identity | undefined;
  #subscriptions = new Map<string, Subscription>();
  #mistakes = 0;
  #tokens = RATE.burst;
  #refilled = performance.now();
  #queue = Promise.resolve();
  #waiting = 0;
  #flushing: Promise<void> | undefined;

  /**
   * @param socket the one that carries `ws`: prepared frames are written to it directly
   * @param address what the client's address has open, with this socket counted
   */
  constructor(ws: WebSocket, socket: Duplex, context: ConnectionContext, address: Share) {
    this.#ws = ws;
    this.#socket = socket;
    this.#context = context;
    this.#address = address;
    ws.on('message', (data, binary) => this.#receive(data as Buffer, binary));
    ws.on('pong', () => {
      this.alive = true;
    });
    // A frame that breaks the protocol: the library closes the socket with its code.
    ws.on('error', () => {});
    ws.on('close', () => this.#leave());
  }

  /** Counts up: spreads what is done for all sockets over time. */
  readonly turn = ++turns;

  /** Whose session the socket belongs to; undefined while nobody is signed in on it. */
  get principal(): Principal | undefined {
    return this.#identity?.principal;
  }

  get behind(): boolean {
    return this.#socket.writableLength > BEHIND;
  }

  write(frames: Buffer): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#socket.write(frames);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  flushed(): Promise<void> {
    this.#flushing ??= new Promise((resolve) => {
      const late = setTimeout(() => this.close(TRY_AGAIN, 'reading too slowly'), this.#context.slowReaderMs);
      // This frame leaves after everything that was sent before it.
      this.#socket.write(PING_FRAME, () => {
        clearTimeout(late);
        this.#flushing = undefined;
        resolve();
      });
    });
    return this.#flushing;
  }

  fail(): void {
    this.close(TRY_AGAIN, 'the feed is not available');
  }

  /** Closes the socket with a reason; who does not answer is cut off. */
  close(code: number, reason: string): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    this.#ws.close(code, reason);
    setTimeout(() => this.#ws.terminate(), CLOSE_MS).unref();
  }

  /** Asks for a sign of life; who gave none since the last time is gone. */
  beat(): void {
    if (this.alive) this.write(PING_FRAME);
    else this.terminate();
    this.alive = false;
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** The process stops: says so, and after how many milliseconds the client had better come back. */
  restart(afterMs: number): void {
    this.#say({ reconnect: { afterMs } });
    this.close(RESTART, RESTART_REASON);
  }

  /** Takes somebody's identity over; gives false where their account has too much open already. */
  signIn(identity: Identity | undefined): boolean {
    const accountId = identity?.principal.accountId;
    if (accountId !== this.principal?.accountId) {
      const account = accountId === undefined ? undefined : this.#context.accounts.enter(accountId);
      if (accountId !== undefined && !account) return false;
      if (account && !account.addTopics(this.#subscriptions.size)) {
        account.leave();
        return false;
      }
      this.#leaveAccount();
      this.#account = account;
    }
    this.#identity = identity;
    for (const topic of this.#subscriptions.keys()) {
      if (refusalOf(topic, identity?.principal)) this.#unsubscribe(topic);
    }
    return true;
  }

  /** The account that opened the socket has too much open already. */
  refuseAccount(): void {
    this.#say(errorOf('too_many_requests'));
    this.close(POLICY, 'too many sockets of this account');
  }

  /** The session has ended: who it belonged to is nobody here any more. */
  signOut(reason: string): void {
    for (const topic of this.#subscriptions.keys()) if (isPrivate(topic)) this.#unsubscribe(topic);
    this.close(SIGNED_OUT, reason);
  }

  /** Lets an identity go whose time is over. */
  expire(now: number): void {
    if (!this.#identity || this.#identity.until > now) return;
    const topics = [...this.#subscriptions.keys()];
    if (topics.some(isPrivate)) this.signOut('the access token has expired');
    else this.signIn(undefined);
  }

  #receive(data: Buffer, binary: boolean): void {
    this.alive = true;
    if (!this.#withinRate()) {
      this.#refuse('too_many_requests', undefined, 'too many messages');
      return;
    }
    const tooLarge = data.length > LARGEST_MESSAGE;
    const message = tooLarge || binary ? undefined : parseMessage(data.toString());
    if (!message) {
      this.#refuse(tooLarge ? 'payload_too_large' : 'validation_failed');
      return;
    }
    if (++this.#waiting > MOST_WAITING) this.#ws.pause();
    this.#queue = this.#queue
      .then(() => this.#handle(message))
      .catch(() => this.fail())
      .finally(() => {
        if (--this.#waiting === 0 && this.#ws.isPaused) this.#ws.resume();
      });
  }

  async #handle(message: ClientMessage): Promise<void> {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (message.authenticate !== undefined) await this.#authenticate(message.authenticate);
    for (const topic of message.unsubscribe ?? []) this.#unsubscribe(topic);
    if (message.subscribe) await this.#subscribe(message.subscribe);
  }

  async #authenticate(token: string): Promise<void> {
    const identity = await this.#context.identify(token);
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (!this.signIn(identity)) return this.#refuse('too_many_requests');
    if (!identity) this.#refuse('unauthenticated');
  }

  /** Registers with all topics first, then says where each begins, then sends what was missed. */
  async #subscribe(wanted: NonNullable<ClientMessage['subscribe']>): Promise<void> {
    const { hub } = this.#context;
    const opened: { subscription: Subscription; after: number | undefined }[] = [];
    for (const { topic, after } of wanted) {
      const refusal = refusalOf(topic, this.principal) ?? this.#makeRoom(topic);
      if (refusal) {
        this.#refuse(refusal, topic);
        continue;
      }
      const subscription = hub.register(topic, this);
      this.#subscriptions.set(topic, subscription);
      opened.push({ subscription, after });
    }
    await hub.locate(opened.map(({ subscription }) => subscription));
    this.#socket.cork();
    for (const { subscription, after } of opened) {
      if (subscription.state === 'ended') continue;
      const sequence = hub.placeOf(subscription, after);
      this.#say({ subscribed: { topic: subscription.topic.name, sequence } });
      hub.begin(subscription, sequence);
    }
    this.#socket.uncork();
  }

  /** Ends what the socket has of a topic, or counts one more. */
  #makeRoom(topic: string): ErrorCode | undefined {
    const earlier = this.#subscriptions.get(topic);
    if (earlier) this.#context.hub.end(earlier);
    else if (this.#subscriptions.size >= MOST_TOPICS || !this.#count()) return 'too_many_requests';
    return undefined;
  }

  #count(): boolean {
    if (!this.#address.addTopics(1)) return false;
    if (!this.#account || this.#account.addTopics(1)) return true;
    this.#address.removeTopics(1);
    return false;
  }

  #unsubscribe(topic: string): void {
    const subscription = this.#subscriptions.get(topic);
    if (!subscription) return;
    this.#context.hub.end(subscription);
    this.#subscriptions.delete(topic);
    this.#address.removeTopics(1);
    this.#account?.removeTopics(1);
  }

  #refuse(code: ErrorCode, topic?: string, closing = 'too many mistakes'): void {
    this.#say(errorOf(code, topic));
    if (++this.#mistakes >= MOST_MISTAKES) this.close(POLICY, closing);
  }

  #say(message: object): void {
    this.write(textFrame(JSON.stringify(message)));
  }

  #withinRate(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(RATE.burst, this.#tokens + ((now - this.#refilled) / 1000) * RATE.perSecond);
    this.#refilled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #leaveAccount(): void {
    this.#account?.removeTopics(this.#subscriptions.size);
    this.#account?.leave();
    this.#account = undefined;
  }

  #leave(): void {
    for (const topic of this.#subscriptions.keys()) this.#unsubscribe(topic);
    this.#leaveAccount();
    this.#address.leave();
  }
}

function errorOf(code: ErrorCode, topic?: string): object {
  return { error: { code, detail: titleOf(code), ...(topic && { topic }) } };
}

function isPrivate(topic: string): boolean {
  return audienceOf(topic) !== 'public';
}

/** Why somebody may not follow a topic. */
function refusalOf(topic: string, principal: Principal | undefined): ErrorCode | undefined {
  const audience = audienceOf(topic);
  if (!audience) return 'not_found';
  if (audience === 'public') return undefined;
  if (!principal) return 'unauthenticated';
  return principal.accountId === audience.accountId ? undefined : 'forbidden';
}
