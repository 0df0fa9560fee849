import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Farewell } from './farewell.ts';

/** A frame as a server sends it, and whether a message is whole behind it. */
const frame = fc
  .record({
    fin: fc.boolean(),
    opcode: fc.constantFrom(0, 1, 2, 9, 10),
    size: fc.oneof(fc.nat(130), fc.integer({ min: 65_530, max: 65_540 })),
  })
  .map(({ fin, opcode, size }) => {
    const whole = fin || opcode >= 8;
    const head =
      size < 126
        ? [size]
        : size < 65_536
          ? [126, size >> 8, size & 255]
          : [127, 0, 0, 0, 0, 0, size >> 16, (size >> 8) & 255, size & 255];
    const bytes = Buffer.concat([Buffer.from([(whole ? 0x80 : 0) | opcode, ...head]), Buffer.alloc(size, 7)]);
    return { bytes, opcode, whole };
  });

test('words come after a whole message, wherever the stream is cut and whenever they are said', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.nat(),
      async (frames, cuts, moment) => {
        const all = Buffer.concat(frames.map(({ bytes }) => bytes));
        const places = [0];
        let inMessage = false;
        let at = 0;
        for (const { bytes, opcode, whole } of frames) {
          at += bytes.length;
          if (opcode < 8) inMessage = !whole;
          if (!inMessage) places.push(at);
        }
        const ends = [...new Set([...cuts.map((cut) => cut % (all.length + 1)), all.length])].sort(
          (a, b) => a - b,
        );
        const said = moment % (ends.length + 1);
        const stream = new Farewell();
        const out: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => out.push(chunk));
        const words = Buffer.from('words');
        let from = 0;
        for (const [i, end] of ends.entries()) {
          if (i === said) stream.say(words);
          stream.write(all.subarray(from, end));
          from = end;
        }
        if (said === ends.length) stream.say(words);
        const before = said === 0 ? 0 : ends[said - 1]!;
        const expected = places.find((place) => place >= before);
        stream.end();
        await once(stream, 'close');
        const got = Buffer.concat(out);
        if (expected === undefined) expect(got.equals(all)).toBe(true);
        else expect(got.equals(Buffer.concat([all.subarray(0, expected), words]))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
