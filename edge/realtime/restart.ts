/** Sockets a second that come back, about, after a process has stopped, and the least time for it. */
const RETURNS_PER_SECOND = 2000;
const LEAST_SPREAD_MS = 1000;

/** Sockets that are told of the stop before other work has its turn. */
const IN_A_ROW = 500;

/** Time that clients have to answer the close of a process that stops. */
const LEAVE_MS = 2000;

/**
 * Tells all sockets of a process that it stops, each with a time of its own after which to come back, so that not
 * all come at once; who has not left two seconds later is cut off. Settles when all are told.
 */
export async function sendAway<S>(
  sockets: ReadonlySet<S>,
  tell: (socket: S, afterMs: number) => void,
  cut: (socket: S) => void,
): Promise<void> {
  const spread = Math.max(LEAST_SPREAD_MS, (sockets.size / RETURNS_PER_SECOND) * 1000);
  let told = 0;
  for (const socket of sockets) {
    tell(socket, Math.round(Math.random() * spread));
    if (++told % IN_A_ROW === 0) await new Promise(setImmediate);
  }
  const late = setTimeout(() => {
    for (const socket of sockets) cut(socket);
  }, LEAVE_MS);
  late.unref();
}
