import { parseArgs } from 'node:util';
import { startLocalnet } from './index.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    'slot-ms': { type: 'string' },
    'finality-lag': { type: 'string' },
    loadable: { type: 'boolean' },
  },
});

const localnet = await startLocalnet({
  dataDir: values.data,
  host: values.host,
  port: number('port', 0),
  slotMs: number('slot-ms', 1),
  finalityLag: number('finality-lag', 0),
  loadable: values.loadable,
});

for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => {
    localnet.close().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
console.log(JSON.stringify({ url: localnet.url }));

function number(name: 'port' | 'slot-ms' | 'finality-lag', min: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min)
    throw new Error(`--${name} must be a whole number from ${min}`);
  return value;
}
