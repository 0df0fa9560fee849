const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe to stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A page in the server's plain look. `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** The colours are those of the web app. */
const STYLE = `
:root { --ink: #101513; --soft: #4d5853; --line: #d3d8d3; --paper: #f4f5f2; --mark: #7d5200; --good: #0a6c43; --bad: #ad2018 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eff3f0; --soft: #a3b0aa; --line: #28312e; --paper: #0b0e0d; --mark: #ffc64a; --good: #52d69d; --bad: #ff8d80 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.02em }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem }
p { margin: .25rem 0 .75rem } a { color: var(--mark) }
.soft { color: var(--soft) } .good { color: var(--good) } .bad { color: var(--bad) }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; padding: 0; list-style: none }
.numbers li { border: 1px solid var(--line); border-radius: .6rem; padding: .75rem .9rem }
.numbers b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums }
.cards { display: flex; gap: .75rem; overflow-x: auto; padding: .25rem 0 .75rem }
.cards img { height: 15rem; width: auto; aspect-ratio: 5 / 7; border-radius: .6rem; background: var(--line) }
table { border-collapse: collapse; width: 100%; font-size: .95rem }
td, th { text-align: left; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere }
details { border-bottom: 1px solid var(--line); padding: .45rem 0 } summary { cursor: pointer }
.method { display: inline-block; min-width: 4.2rem; font: 600 .8rem ui-monospace, monospace; color: var(--mark) }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .85rem }
`;
