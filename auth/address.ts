import { isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name a network: whoever has one /64 has all addresses in it. */
const NETWORK_GROUPS = 4;

/** The part of an address by which callers without a token are told apart. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

/**
 * Who sent a request: the peer of its connection or, behind a trusted proxy, whom that proxy names,
 * which is the last of X-Forwarded-For; those before are what the caller said itself.
 */
export function addressOf(
  peer: string | undefined,
  forwarded: string | undefined,
  trustProxy: boolean,
): string {
  const named = trustProxy ? forwarded?.split(',').at(-1)?.trim() : undefined;
  return named !== undefined && named !== '' ? named : (peer ?? 'unknown');
}
