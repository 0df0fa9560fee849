export * from './errors.ts';
export * from './events.ts';
export * from './money.ts';
export * from './operation.ts';
export { type Operations, operations } from './operations/index.ts';
export * from './result.ts';
export * from './schema.ts';
export * as entities from './operations/entities.ts';
