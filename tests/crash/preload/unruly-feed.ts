import { type Listener, Relay } from '@ece/platform/outbox/relay';

/*
 * Preloaded into the process of the feed: it hears every event twice, in another order, and some of them late.
 */
const listen = Relay.prototype.listen;

Relay.prototype.listen = function (listener: Listener) {
  return listen.call(this, (events) => {
    const twice = [...events, ...events]
      .map((event) => ({ event, place: Math.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ event }) => event);
    const middle = Math.floor(Math.random() * twice.length);
    listener(twice.slice(0, middle));
    setTimeout(() => listener(twice.slice(middle)), Math.random() * 50);
  });
};
