import { randomBytes } from 'node:crypto';
import { postgres } from '@ece/platform/db/driver';
import { inject } from 'vitest';
import type { PostgresConnection } from '../../server/embedded/postgres.ts';

/** A database of its own for a test file. */
export interface TestDatabase {
  connection: PostgresConnection;
  /** Deletes the database, ending whoever is still connected to it. */
  drop(): Promise<void>;
}

/** Makes an empty database, or a copy of a template, in the server of this test run. */
export function testDatabase(options: { template?: string } = {}): Promise<TestDatabase> {
  return createTestDatabase(inject('postgres'), options);
}

/**
 * Makes a database in a server.
 * @param options.template name of a database to copy, made with `createTemplate`
 */
export async function createTestDatabase(
  server: PostgresConnection,
  options: { template?: string } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = options.template ?? 'template1';
  await administer(server, `create database ${quote(name)} template ${quote(template)}`);
  return {
    connection: { ...server, database: name },
    drop: () => administer(server, `drop database if exists ${quote(name)} with (force)`),
  };
}

/**
 * Makes a database that others are copied from, which is far quicker than migrating each.
 * @param fill brings the empty database into the wanted state and closes its connections
 */
export async function createTemplate(
  server: PostgresConnection,
  name: string,
  fill: (connection: PostgresConnection) => Promise<void>,
): Promise<void> {
  await administer(server, `create database ${quote(name)}`);
  await fill({ ...server, database: name });
}

async function administer(server: PostgresConnection, statement: string): Promise<void> {
  const sql = postgres({ ...server, database: 'postgres', max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
