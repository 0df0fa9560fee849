import { type Static, Type } from '@ece/contract';
import { Ajv } from 'ajv';

/** Most topics that one socket follows, and most that one message names. */
export const MOST_TOPICS = 500;
export const MOST_IN_MESSAGE = 100;

/** The largest message that a client may send, in bytes, and the one at which its socket is closed at once. */
export const LARGEST_MESSAGE = 16 * 1024;
export const LARGEST_PAYLOAD = 4 * LARGEST_MESSAGE;

const Topic = Type.String({ minLength: 1, maxLength: 100 });

/** What a client may send; several parts in one message are handled in this order. */
export const ClientMessage = Type.Object(
  {
    authenticate: Type.Optional(Type.String({ maxLength: 4096 })),
    unsubscribe: Type.Optional(Type.Array(Topic, { maxItems: MOST_IN_MESSAGE })),
    subscribe: Type.Optional(
      Type.Array(
        Type.Object(
          {
            topic: Topic,
            after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
          },
          { additionalProperties: false },
        ),
        { maxItems: MOST_IN_MESSAGE },
      ),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ClientMessage = Static<typeof ClientMessage>;

const validate = new Ajv({ strict: false }).compile<ClientMessage>(ClientMessage);

/** Reads a client's message; undefined when it is not one. */
export function parseMessage(text: string): ClientMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return validate(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Who may follow a topic: anyone, one account, or nobody because there is no such topic. */
export function audienceOf(topic: string): 'public' | { accountId: string } | undefined {
  if (topic === 'market' || topic === 'exchange') return 'public';
  const [kind, id, ...rest] = topic.split(':');
  if (rest.length > 0 || !id || !UUID.test(id)) return undefined;
  if (kind === 'auction' || kind === 'card' || kind === 'set') return 'public';
  return kind === 'user' ? { accountId: id } : undefined;
}
