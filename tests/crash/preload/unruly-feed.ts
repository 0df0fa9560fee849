import { seeded } from '@ece/demo/market/random';
import { type Listener, Relay } from '@ece/platform/outbox/relay';

/*
 * Preloaded into the process of the feed: it hears every event twice, in another order, and some of them late,
 * by the chances of CRASH_SEED.
 */
const random = seeded(Number(process.env.CRASH_SEED));
const listen = Relay.prototype.listen;

Relay.prototype.listen = function (listener: Listener) {
  return listen.call(this, (events) => {
    const twice = [...events, ...events]
      .map((event) => ({ event, place: random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ event }) => event);
    const middle = Math.floor(random() * twice.length);
    listener(twice.slice(0, middle));
    setTimeout(() => listener(twice.slice(middle)), random() * 50);
  });
};
