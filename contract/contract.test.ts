import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errors, formatMoney, openApiDocument, operations, parseMoney } from './index.ts';
import { Time } from './schema.ts';

const all = Object.entries(operations).flatMap(([service, calls]) =>
  Object.entries(calls).map(([name, call]) => ({ id: `${service}.${name}`, service, call })),
);

describe('times', () => {
  const PATTERN = (Time as unknown as { pattern: string }).pattern;
  const fits = (text: string) => new RegExp(PATTERN).test(text);

  test('what fits the schema is a time, and every time that we write fits it', () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(PATTERN)), (text) => {
        expect(Number.isNaN(Date.parse(text)), text).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') }), (date) => {
        fc.pre(!Number.isNaN(date.getTime()));
        expect(fits(date.toISOString())).toBe(true);
      }),
    );
  });

  test.each(['2026-13-01T00:00:00Z', '2026-01-45T00:00:00Z', '2026-01-01T99:99:99Z', '2026-01-01T00:00:00'])(
    '%s is not a time',
    (text) => expect(fits(text)).toBe(false),
  );
});

describe('money', () => {
  test('is read and written without loss', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (micro) => {
        expect(parseMoney(formatMoney(micro))).toBe(micro);
      }),
    );
    expect(formatMoney(-1_500_000n)).toBe('-1.5');
    expect(formatMoney(12_000_000n)).toBe('12');
  });

  test.each(['', '-1', '1.', '.5', '01', '1.1234567', '1e3', ' 1', '1,5', 'NaN', '99999999999'])(
    '%j is not an amount',
    (text) => {
      expect(() => parseMoney(text)).toThrow(RangeError);
    },
  );
});

describe('the operations', () => {
  test('stand under their service, and no two share a method and path', () => {
    for (const { service, call } of all) expect(call.service).toBe(service);
    const routes = all.map(({ call }) => `${call.method} ${call.path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  test('take their path parameters from the path', () => {
    for (const { id, call } of all) {
      const named = [...call.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      const declared = Object.keys('params' in call ? call.params.properties : {});
      expect(declared.toSorted(), id).toEqual(named.toSorted());
    }
  });

  test('name only errors that exist', () => {
    for (const { call } of all) {
      for (const code of 'errors' in call ? call.errors : []) expect(errors).toHaveProperty(code);
    }
  });
});

test('the OpenAPI document is valid 3.1 and holds every operation', async () => {
  const document = openApiDocument('http://localhost:3000', '0.1.0') as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map((call) => call.operationId),
  );
  expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
});
