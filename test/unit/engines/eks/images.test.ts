import { expect, test } from 'vitest';
import { imageTrouble, isImageReason } from '../../../../engines/eks/images.ts';

const PULL = 'rpc error: code = Unknown desc = failed to pull and unpack image "x": ';
const RESOLVE = `${PULL}failed to resolve reference "x": `;

test.each([
  [
    'containerd, no such tag',
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/x:1": failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found',
  ],
  [
    'Docker Hub, no such repository',
    `${RESOLVE}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  ],
  [
    'ECR, no such image',
    'rpc error: code = NotFound desc = failed to pull and unpack image "1.dkr.ecr.us-east-1.amazonaws.com/x:1": failed to resolve reference: 1.dkr.ecr.us-east-1.amazonaws.com/x:1: not found',
  ],
  [
    'ECR, no credentials',
    `${RESOLVE}pulling from host 1.dkr.ecr.us-east-1.amazonaws.com failed with status code [manifests 1]: 401 Unauthorized`,
  ],
  [
    'ECR, forbidden',
    `${RESOLVE}unexpected status from HEAD request to https://x/v2: 403 Forbidden`,
  ],
  [
    'Docker, no such tag',
    'Error response from daemon: manifest for x:1 not found: manifest unknown',
  ],
  ['an image of another machine', `${PULL}no match for platform in manifest: not found`],
  ['GHCR', `${RESOLVE}failed to authorize: failed to fetch anonymous token: denied: denied`],
])('%s: refused', (_, message) => {
  const { kind, words } = imageTrouble('ErrImagePull', message, null);
  expect(kind).toBe('refused');
  expect(words).not.toMatch(/^rpc error/);
});

test.each([
  ['the registry is down', `${RESOLVE}dial tcp 10.0.0.1:5000: connect: connection refused`],
  ['no such host', `${RESOLVE}dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host`],
  ['no answer', `${RESOLVE}dial tcp 10.0.0.1:443: i/o timeout`],
  ['slow', `${PULL}context deadline exceeded`],
  ['cut off', `${PULL}failed to copy: httpReadSeeker: failed open: unexpected EOF`],
  [
    'Docker Hub’s limit',
    `${RESOLVE}unexpected status code 429 Too Many Requests: toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit`,
  ],
  ['5xx', `${RESOLVE}unexpected status from HEAD request to https://x/v2: 503 Service Unavailable`],
  [
    'token server away',
    `${RESOLVE}failed to authorize: failed to fetch oauth token: 502 Bad Gateway`,
  ],
  ['a full disk', `${PULL}failed to extract layer: write: no space left on device`],
  ['nothing said', ''],
])('%s: tried again', (_, message) => {
  expect(imageTrouble('ErrImagePull', message, null).kind).toBe('unreachable');
});

test('while the node backs off, what it said before counts', () => {
  const backOff = 'Back-off pulling image "x"';
  expect(imageTrouble('ImagePullBackOff', backOff, 'x: not found').kind).toBe('refused');
  expect(imageTrouble('ImagePullBackOff', backOff, null).kind).toBe('unreachable');
  const newer = `${backOff}: ErrImagePull: rpc error: code = NotFound desc = x:1: not found`;
  expect(imageTrouble('ImagePullBackOff', newer, null)).toEqual({
    kind: 'refused',
    words: 'x:1: not found',
  });
});

test.each(['InvalidImageName', 'ErrImageNeverPull'])('%s has no hope', (reason) => {
  expect(isImageReason(reason)).toBe(true);
  expect(imageTrouble(reason, 'i/o timeout', null).kind).toBe('refused');
});
