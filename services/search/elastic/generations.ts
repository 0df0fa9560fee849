import { randomBytes } from 'node:crypto';
import { type Client, EngineError } from './client.ts';
import { MAPPING, templateOf } from './mapping.ts';

const PATIENCE_MS = 30_000;
/** How long a rebuild that has not ended is taken to be under way. */
const BUILD_PATIENCE_MS = 600_000;

/** The index that is read and the one that is being made. */
export interface Generations {
  live: string | undefined;
  building: string | undefined;
  /** All others; what a rebuild that broke off has left. */
  stray: string[];
}

/**
 * Which indexes there are. The engine itself keeps this, as aliases, so that one which has lost its data also
 * has none and is filled again. Names hold the number of the mapping and the time of making.
 */
export function generationsOf(client: Client, index: string) {
  const building = `${index}-building`;
  /** What this process has begun last: when it begins again, that has come to nothing. */
  let own: string | undefined;
  const pattern = new RegExp(`^${index.replaceAll(/[^a-z0-9]/g, '\\$&')}-v(\\d+)-(\\d+)-[0-9a-f]+$`);

  const call = <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, json?: unknown) =>
    client.call<T>({ method, path, json, patienceMs: PATIENCE_MS });
  const change = (actions: object[]) => call('POST', '/_aliases', { actions });

  async function read(): Promise<Generations> {
    const all = await call<Record<string, { aliases: Record<string, unknown> }>>(
      'GET',
      `/${index}-v*/_alias`,
    );
    const own = Object.entries(all).filter(([name]) => pattern.test(name));
    const having = (alias: string) => own.find(([, { aliases }]) => alias in aliases)?.[0];
    const [live, next] = [having(index), having(building)];
    const stray = own.map(([name]) => name).filter((name) => name !== live && name !== next);
    return { live, building: next, stray };
  }

  return {
    read,

    /** Whether an index is read that has all that this version of the exchange asks for. */
    async isBuilt(): Promise<boolean> {
      const { live } = await read();
      return live !== undefined && Number(pattern.exec(live)![1]) >= MAPPING;
    },

    /** Makes an empty index beside the one that is read; others that are being made are given up. */
    async begin(unlessBegun: boolean): Promise<string | undefined> {
      const { live, building: other, stray } = await read();
      const isCurrent = live !== undefined && Number(pattern.exec(live)![1]) >= MAPPING;
      const age = other === undefined ? undefined : Date.now() - Number(pattern.exec(other)![2]);
      const isUnderWay = age !== undefined && age < BUILD_PATIENCE_MS && other !== own;
      if (unlessBegun && (isCurrent || isUnderWay)) return undefined;
      await call('PUT', `/_index_template/${index}`, templateOf(index));
      const name = `${index}-v${MAPPING}-${Date.now()}-${randomBytes(3).toString('hex')}`;
      // Nobody searches it yet.
      await call('PUT', `/${name}`, {
        settings: { refresh_interval: '-1' },
        aliases: { [writeAlias(name)]: {} },
      });
      const old = [...stray, ...(other ? [other] : [])];
      await change([
        ...old.map((each) => ({ remove_index: { index: each } })),
        { add: { index: name, alias: building } },
      ]);
      own = name;
      return name;
    },

    /** Lets the new index be read, and gives the one that was. Throws where another rebuild has begun since. */
    async finish(build: string, refresh: string): Promise<string | undefined> {
      try {
        await call('PUT', `/${build}/_settings`, { index: { refresh_interval: refresh } });
        await call('POST', `/${build}/_refresh`);
        const { live } = await read();
        await change([
          { remove: { index: build, alias: building, must_exist: true } },
          { add: { index: build, alias: index } },
          ...(live ? [{ remove: { index: live, alias: index } }] : []),
        ]);
        return live;
      } catch (error) {
        throw error instanceof EngineError && error.status === 404 ? new GivenUp() : error;
      }
    },

    /** Deletes an index that nobody reads any more. */
    async drop(name: string): Promise<void> {
      try {
        await call('DELETE', `/${name}`);
      } catch (error) {
        if (!(error instanceof EngineError && error.status === 404)) throw error;
      }
    },
  };
}

/** The alias by which an index is written: it goes with it. */
export const writeAlias = (name: string) => `${name}.write`;

export class GivenUp extends Error {
  constructor() {
    super('another rebuild of the search index has begun since');
  }
}
