import { escapeHtml, page } from './layout.ts';

interface CallDocument {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  'x-access': string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

interface ApiDocument {
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, CallDocument>>;
}

/** The page at `/docs`: every call of the API, made from its OpenAPI document, without any script. */
export function docsPage(
  document: ApiDocument,
  errors: { code: string; status: number; title: string }[],
): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ path, method, call })),
  );
  const sections = document.tags.map(({ name }) => {
    const own = calls.filter(({ call }) => call.tags.includes(name));
    return `<h2 id="${escapeHtml(name)}">${escapeHtml(name)}</h2>${own.map(describe).join('')}`;
  });
  const codes = errors.map(
    ({ code, status, title }) =>
      `<tr><td>${status}</td><td><code>${escapeHtml(code)}</code></td><td>${escapeHtml(title)}</td></tr>`,
  );
  return page(
    `${document.info.title} – API`,
    `<h1>The API</h1>
<p class="soft">${escapeHtml(document.info.description)}</p>
<p>Base address: <code>${escapeHtml(document.servers[0]!.url)}</code>. Machine-readable:
<a href="/api/v1/openapi.json">OpenAPI 3.1</a>. Sign in with <code>POST /auth/login</code> and send
<code>Authorization: Bearer …</code>; calls that move money or cards need an <code>Idempotency-Key</code>.</p>
<p>${document.tags.map(({ name }) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`).join(' · ')} ·
<a href="#realtime">realtime</a> · <a href="#errors">errors</a></p>
${sections.join('\n')}
<h2 id="realtime">realtime</h2>
<p>Open a WebSocket at <code>/api/v1/realtime</code> and send
<code>{"subscribe":[{"topic":"auction:&lt;id&gt;","after":0}]}</code>. Events come as
<code>{"topic","sequence","type","data","at"}</code>, in order and without a gap: first those behind
<code>after</code>, then live ones. Topics: <code>auction:&lt;id&gt;</code>, <code>card:&lt;id&gt;</code>, <code>set:&lt;id&gt;</code>,
<code>market</code>, and <code>user:&lt;id&gt;</code> for its own account, after
<code>{"authenticate":"&lt;access token&gt;"}</code>.</p>
<h2 id="errors">errors</h2>
<table>${codes.join('')}</table>`,
  );
}

function describe({ path, method, call }: { path: string; method: string; call: CallDocument }): string {
  const inputs = call.parameters.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? '' : ', optional'}</td><td><code>${escapeHtml(outline(parameter.schema))}</code></td></tr>`,
  );
  const body = call.requestBody?.content['application/json'].schema;
  const answers = Object.entries(call.responses).map(([status, answer]) => {
    const schema = answer.content?.['application/json']?.schema;
    return `<tr><td>${status}</td><td>${escapeHtml(answer.description)}</td><td>${schema ? `<code>${escapeHtml(outline(schema))}</code>` : ''}</td></tr>`;
  });
  return `<details><summary><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code>
<span class="soft">${escapeHtml(call.summary)} · ${escapeHtml(call['x-access'])}</span></summary>
${call.description ? `<p>${escapeHtml(call.description)}</p>` : ''}
${inputs.length > 0 ? `<h3>Inputs</h3><table>${inputs.join('')}</table>` : ''}
${body ? `<h3>Body</h3><pre>${escapeHtml(outline(body, 0))}</pre>` : ''}
<h3>Answers</h3><table>${answers.join('')}</table></details>`;
}

interface Schema {
  type?: string;
  enum?: string[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  examples?: unknown[];
}

/** A schema in a few words: `{ id: string, price: "12.5" | null }`. With `indent` it runs over lines. */
function outline(schema: object, indent?: number): string {
  const s = schema as Schema;
  if (s.enum) return s.enum.map((word) => `"${word}"`).join(' | ');
  if (s.const !== undefined) return JSON.stringify(s.const);
  if (s.anyOf) return s.anyOf.map((option) => outline(option, indent)).join(' | ');
  if (s.type === 'array') return `[${outline(s.items ?? {}, indent)}]`;
  if (s.type !== 'object' || !s.properties)
    return s.examples ? JSON.stringify(s.examples[0]) : (s.type ?? 'any');
  const inner = indent === undefined ? undefined : indent + 1;
  const parts = Object.entries(s.properties).map(
    ([name, property]) => `${name}${s.required?.includes(name) ? '' : '?'}: ${outline(property, inner)}`,
  );
  if (indent === undefined) return `{ ${parts.join(', ')} }`;
  const pad = '  '.repeat(indent + 1);
  return `{\n${parts.map((part) => pad + part).join('\n')}\n${'  '.repeat(indent)}}`;
}
