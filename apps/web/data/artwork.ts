/**
 * The address of an artwork on the exchange that the page came from, whatever address the exchange gives
 * itself: the same bytes have the same CID everywhere.
 */
export function artworkPath(url: string): string {
  return new URL(url, 'http://exchange.invalid').pathname;
}
