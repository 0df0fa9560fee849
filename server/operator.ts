import type { ServiceName } from '@ece/contract';
import { migrate } from '@ece/platform/db/migrate';
import { createLogger } from '@ece/platform/log/log';
import type { ServiceInstance } from '@ece/platform/service';
import type { Config } from './config.ts';
import { joinStack, type Stack } from './embedded/stack.ts';
import { openResources, type Resources } from './resources.ts';
import { migrationSources, type Peers, services } from './roles.ts';

/** What an operator's command works with. */
export interface Operator {
  resources: Resources;
  peers: Peers;
  services: ServiceInstance<object>[];
  /** The same services by their names. */
  byName: ReadonlyMap<ServiceName, ServiceInstance<object>>;
}

/**
 * Runs a command on the exchange of these settings, beside a running one or without it. Services are made
 * for their interfaces only: their jobs run in the exchange.
 * @param open gives what the exchange runs on, where it is not that of a running one
 */
export async function withOperator<T>(
  config: Config,
  work: (operator: Operator) => Promise<T>,
  open: (config: Config, onProgress: (text: string) => void) => Promise<Stack> = joinStack,
): Promise<T> {
  const stack = await open(config, () => {});
  try {
    const resources = await openResources({
      config,
      log: createLogger({ level: 'warn', format: 'pretty' }),
      database: stack.database,
      chainUrl: stack.chainUrl,
      publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    });
    try {
      await migrate(resources.db, migrationSources);
      const peers: Record<string, object> = {};
      const byName = new Map<ServiceName, ServiceInstance<object>>();
      for (const service of services) {
        const instance = await service.create(resources, peers as unknown as Peers);
        peers[service.name] = instance.api;
        byName.set(service.name, instance);
      }
      return await work({
        resources,
        peers: peers as unknown as Peers,
        services: [...byName.values()],
        byName,
      });
    } finally {
      await resources.close();
    }
  } finally {
    await stack.stop();
  }
}
