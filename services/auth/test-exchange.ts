import { randomBytes } from 'node:crypto';
import type { Database } from '@ece/platform/db/database';
import { verifyAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import type { ServiceInstance } from '@ece/platform/service';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { type UsersApi, users as usersModule } from '@ece/users';
import { Ajv, type AnySchema } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { serviceDatabase } from '../../tests/support/service-database.ts';
import { type AuthApi, type AuthContext, auth as authModule } from './api.ts';

export interface CallOptions {
  token?: string;
  /** The client's address. */
  from?: string;
  /** Another process than the first. */
  at?: FastifyInstance;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The User-Agent header. */
  agent?: string;
}

/** A database with the services users and auth, a process that serves auth, and what tests do with them. */
export async function startTestExchange() {
  const database = await serviceDatabase([usersModule.migrations, authModule.migrations]);
  const db: Database = database.db;
  const users = usersModule.create({ db }).api;
  const tokenSecret = randomBytes(32);
  const logged: string[] = [];
  const secrets = new Set<string>();
  let count = 0;

  const context = (people: UsersApi = users): AuthContext => ({
    db,
    users: people,
    tokenSecret,
    accessTokenSeconds: 600,
    sessionDays: 30,
    secureCookies: false,
    hint: () => {},
  });

  /** A process that serves an instance and knows access tokens. */
  function serve(instance: ServiceInstance<AuthApi>): FastifyInstance {
    const destination = { write: (line: string) => void logged.push(line) };
    const log = createLogger({ level: 'trace', format: 'json', destination });
    const app = createApp({ log, metrics: createMetrics() });
    app.addHook('onRequest', async (request) => {
      const token = request.headers.authorization?.replace('Bearer ', '');
      request.principal = token ? await verifyAccessToken(tokenSecret, token) : undefined;
    });
    instance.routes(app);
    return app;
  }

  const auth = authModule.create(context());
  const app = serve(auth);

  /** A new person's e-mail and password. */
  function fresh() {
    const person = {
      email: `collector.${++count}@mail.example`,
      password: `tall horse ${newId().slice(-12)}`,
    };
    secrets.add(person.password).add(person.email);
    return person;
  }

  async function call(path: string, body?: object, options: CallOptions = {}) {
    const response = await (options.at ?? app).inject({
      method: options.method ?? 'POST',
      url: `/api/v1${path}`,
      remoteAddress: options.from ?? '127.0.0.1',
      headers: {
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...(options.agent && { 'user-agent': options.agent }),
      },
      ...(body && { payload: body }),
    });
    const answer = response.body ? response.json() : undefined;
    if (answer?.accessToken) secrets.add(answer.accessToken);
    const cookie = response.headers['set-cookie'] as string | undefined;
    const cookieToken = cookie?.split(';')[0]?.split('=')[1];
    if (cookieToken) secrets.add(cookieToken);
    return { status: response.statusCode, body: answer, cookie, cookieToken, headers: response.headers };
  }

  return {
    db,
    users,
    auth,
    app,
    tokenSecret,
    context,
    serve,
    fresh,
    call,
    secrets,
    async registered() {
      const person = fresh();
      const answer = await call('/auth/register', person);
      expect(answer.status).toBe(201);
      return {
        ...person,
        id: answer.body.user.id as string,
        token: answer.body.accessToken as string,
        answer,
      };
    },
    async admin() {
      const person = fresh();
      const id = await auth.api.ensureAccount({ ...person, handle: `admin_${count}_x`, role: 'admin' });
      const { body, cookieToken } = await call('/auth/login', person);
      return { ...person, id, token: body.accessToken as string, cookieToken: cookieToken! };
    },
    /** Fails when anything secret of all calls so far is in the log, or when the log does not hold `mark`. */
    expectNothingSecretLogged(mark: string) {
      const text = logged.join('\n');
      expect(text).toContain(mark);
      expect(secrets.size).toBeGreaterThan(30);
      for (const secret of secrets) expect(text.includes(secret), secret).toBe(false);
      expect(text).not.toContain('argon2id');
      expect(text).not.toContain('mail.example');
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}

export type TestExchange = Awaited<ReturnType<typeof startTestExchange>>;

const ajv = new Ajv({ strict: false });

/** Fails when a value does not fit its schema of the contract. */
export function expectFits(schema: unknown, value: unknown): void {
  expect(ajv.validate(schema as AnySchema, value), ajv.errorsText()).toBe(true);
}
