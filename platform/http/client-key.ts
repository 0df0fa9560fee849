/**
 * What limits count as one client: an IPv4 address, or the /64 network of an IPv6 address, the least that
 * one subscriber gets (RFC 6177). IPv4 written as IPv6 (`::ffff:192.0.2.1`) is IPv4.
 */
export function clientKey(address: string): string {
  const plain = address.split('%')[0]!.toLowerCase();
  if (plain.includes('.')) return plain.slice(plain.lastIndexOf(':') + 1);
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
