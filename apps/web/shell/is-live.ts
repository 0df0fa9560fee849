/**
 * True when an element of a page can answer. React keeps what happens to a part that it has not taken over yet from
 * reaching the element, so an event is sent that means nothing. It also asks React to take that part over first.
 *
 * It is written into pages as a text (`late-scripts.ts`), so it uses nothing from outside.
 */
export function isLive(element: Element): boolean {
  let isReached = false;
  const note = () => {
    isReached = true;
  };
  element.addEventListener('pointercancel', note);
  element.dispatchEvent(new Event('pointercancel', { bubbles: true }));
  element.removeEventListener('pointercancel', note);
  return isReached && 'ready' in document.documentElement.dataset;
}
