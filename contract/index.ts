export * from './errors.ts';
export * from './events.ts';
export * from './money.ts';
export { errorTable, openApiDocument } from './openapi.ts';
export * from './operation.ts';
export * as entities from './operations/entities.ts';
export { type Operations, operations } from './operations/index.ts';
export * from './result.ts';
export * from './schema.ts';
