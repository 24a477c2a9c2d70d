import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig, parseAddress } from '../../../conf/load.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'conf-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function load(yaml: string, environment: Record<string, string> = {}) {
  writeFileSync(join(dir, 'config.yml'), yaml);
  return loadConfig({ dir, environment });
}

test('flat, dotted and nested keys are one key; the environment wins', () => {
  for (const yaml of [
    'stop_grace_seconds: 5',
    'stop.grace_seconds: 5',
    'stop:\n  grace_seconds: 5',
  ]) {
    expect(load(yaml).stop_grace_seconds).toBe(5);
  }
  expect(load('stop_grace_seconds: 5', { STOP_GRACE_SECONDS: '7' }).stop_grace_seconds).toBe(7);
});

test('lists are lists or commas', () => {
  const key = 'http_server_cors_allowed_origins';
  expect(load(`${key}:\n  - http://a\n  - http://b`)[key]).toEqual(['http://a', 'http://b']);
  expect(load('', { [key.toUpperCase()]: 'http://a, http://b' })[key]).toEqual([
    'http://a',
    'http://b',
  ]);
});

test('an unknown key or a malformed value names itself', () => {
  expect(() => load('stop_grace_second: 5')).toThrow('unknown key stop_grace_second');
  expect(() => load('sweep_seconds: soon')).toThrow('sweep_seconds: ');
  expect(() => load('a: [')).toThrow('config.yml');
  expect(() => loadConfig({ dir: join(dir, 'none'), environment: {} })).toThrow('no file');
});

test.each([
  [':3000', { host: '127.0.0.1', port: 3000 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test('what is no address names its key', () => {
  for (const text of ['3000', 'a:b', 'a:99999']) {
    expect(() => parseAddress(text)).toThrow('http_server_listen_address');
  }
});
