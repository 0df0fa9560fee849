/** A JSON schema as far as the fuzz reads it. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
}

/** A call as the OpenAPI document tells of it. */
export interface Call {
  /** `market.purchase`. */
  id: string;
  method: string;
  /** Below /api/v1, parameters written `{name}`. */
  path: string;
  access: string;
  parameters: Parameter[];
  body: Schema | undefined;
  keyed: boolean;
}

interface Described {
  operationId: string;
  'x-access': string;
  parameters: Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

/** The calls of an exchange, from the document that it publishes. */
export async function readCalls(url: string): Promise<Call[]> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      access: described['x-access'],
      parameters: described.parameters.filter((parameter) => parameter.in !== 'header'),
      body: described.requestBody?.content['application/json'].schema,
      keyed: described.parameters.some((parameter) => parameter.in === 'header'),
    })),
  );
}

/** What an id in a path names: the word before it, `/wallet/transfers/{id}` names one of `transfers`. */
export function kindInPath(path: string, name: string): string {
  const words = path.split('/');
  return words[words.indexOf(`{${name}}`) - 1] ?? '';
}

/** What a property or a query parameter names: `copyIds` and `copyId` name `copies`. */
export function kindOfName(name: string): string | undefined {
  const word = /^(\w+?)Ids?$/.exec(name)?.[1];
  if (!word) return undefined;
  const plural = word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
  return plural.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
