import { isLive } from './shell/is-live.ts';

const SCRIPT = /<script src="(\/_next\/static\/[^"]+)"((?: (?:async|nonce)="[^"]*")+)><\/script>/g;
const PRELOAD = /<link rel="preload" as="script"[^>]*>/g;

/** The end of a part in which a tag, or a script with its address, may have been cut off. */
const CUT = /<(?:script src="[^<>]*>)?(?:<\/?)?[^<>]*$/;

/**
 * Milliseconds after which scripts are fetched although not all was painted, as in a tab that nobody looks at, or where
 * a picture does not come.
 */
const PATIENCE_MS = 1500;
/** Milliseconds between two looks whether what was pressed can answer. */
const AGAIN_MS = 30;

/**
 * Fetches and runs what was put off two frames after the last of the page is there, with the pictures that are in view
 * first: it has been painted then. Somebody
 * who presses a key or points at something is not kept waiting so long. What is pressed before its part of the page can
 * answer is pressed again as soon as it can, the last one only: until then a form would be sent by the browser itself,
 * and a box would be ticked that nobody hears of.
 */
const RUN = `(()=>{
const isLive=${isLive};
const run=()=>{for(const late of document.querySelectorAll('[data-late]')){
const script=document.createElement('script');
script.src=late.dataset.late;
script.async=true;
late.replaceWith(script)}};
const paint=async()=>{
await Promise.allSettled([...document.images].filter(({loading})=>loading!=='lazy').map(picture=>picture.decode()));
requestAnimationFrame(()=>requestAnimationFrame(()=>setTimeout(run)))};
addEventListener('DOMContentLoaded',paint);
for(const sign of ['pointerdown','keydown'])addEventListener(sign,run,{once:true,capture:true});
let early;
const again=(pressed)=>{
if(early!==pressed||!pressed.isConnected)return;
if(!isLive(pressed))return setTimeout(again,${AGAIN_MS},pressed);
early=undefined;
pressed.click()};
addEventListener('click',event=>{
const pressed=event.target.closest('button,input[type=checkbox],input[type=radio]');
if(!pressed||isLive(pressed))return;
event.preventDefault();
event.stopPropagation();
early=pressed;
setTimeout(again,${AGAIN_MS},pressed)},true);
setTimeout(run,${PATIENCE_MS})})()`.replaceAll(/\n */g, ' ');

/**
 * Puts off the scripts of a page until it has been painted: pages are whole without them. As Next writes them
 * (`async`) they share the network with the font and the pictures of the first screen, and those that are there early
 * hold up the first paint.
 *
 * Feed it the parts of a page in order; each is given back with its scripts put off. As a tag may go on in the next
 * part, the end of one is held back; `rest` is what was held back last.
 */
export function lateScripts() {
  let held = '';
  let isFirst = true;
  const late = (script: string, path: string, attributes: string): string => {
    // What is not `async` must run where it stands.
    if (!attributes.includes(' async=""')) return script;
    const nonce = / nonce="[^"]*"/.exec(attributes)?.[0] ?? '';
    const runner = isFirst ? `<script${nonce}>${RUN}</script>` : '';
    isFirst = false;
    return `${runner}<script type="text/plain" data-late="${path}"${nonce}></script>`;
  };
  return {
    part(bytes: Uint8Array): Buffer {
      // A character for each byte: parts may end in the middle of one.
      const text = (held + Buffer.from(bytes).toString('latin1')).replace(SCRIPT, late).replace(PRELOAD, '');
      held = CUT.exec(text)?.[0] ?? '';
      return Buffer.from(text.slice(0, text.length - held.length), 'latin1');
    },
    rest: (): Buffer => Buffer.from(held, 'latin1'),
  };
}
