import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { candidates, findCgroupRoot } from '../../../engines/local/cgroup.ts';
import { outcomeOf, parseExit } from '../../../engines/local/outcome.ts';
import { Layout, localClusterDir, refOf, refOfMarker } from '../../../engines/local/paths.ts';
import {
  logHeader,
  localNotices,
  processEnvironment,
  wrapCommand,
} from '../../../engines/local/spec.ts';

const EXIT =
  'code=3\nstarted=1700000000.5\nfinished=1700000002.25\noom=0\npeak=\ncontained=yes\nend\n';

test('half an exit record is none', () => {
  expect(parseExit(EXIT)).toMatchObject({ code: 3, contained: true, peakBytes: null });
  for (let length = 0; length < EXIT.length - 5; length += 7) {
    expect(parseExit(EXIT.slice(0, length))).toBeNull();
  }
});

test('exit codes and memory kills become outcomes', () => {
  const exit = parseExit(EXIT);
  if (exit === null) throw new Error('not parsed');
  expect(outcomeOf(exit)).toMatchObject({ exitCode: 3, failure: 'app-exit', reason: null });
  expect(outcomeOf({ ...exit, code: 0 })).toMatchObject({ exitCode: 0, failure: null });
  expect(outcomeOf({ ...exit, code: 137, oomKills: 1, peakBytes: 64_000_001 })).toMatchObject({
    exitCode: 137,
    failure: 'oom',
    reason: 'OOMKilled',
    maxMemoryUsed: 65,
  });
  expect(outcomeOf({ ...exit, code: 137 })).toMatchObject({ failure: 'app-exit', reason: null });
});

test('a command is wrapped as flotilla-os wraps it on ECS', () => {
  expect(wrapCommand('ls')).toBe('\nset -e\nset -x\n\nls\n');
});

test('the environment of a process is the job’s, with a PATH and a HOME', () => {
  process.env['SERVER_SECRET'] = 'x';
  const environment = processEnvironment(new Map([['A', '1']]), '/work/dir');
  expect(environment).toEqual({ A: '1', HOME: '/work/dir', PATH: expect.stringContaining('/bin') });
  expect(processEnvironment(new Map([['PATH', '/mine']]), '/w')['PATH']).toBe('/mine');
});

test('what a run does not get is said, in its log too', () => {
  expect(localNotices(true).map((notice) => notice.message)).toEqual([
    'image not used: engine local',
  ]);
  expect(logHeader(localNotices(false))).toBe(
    '[flotilla] image not used: engine local\n' +
      '[flotilla] memory not limited: no writable cgroup on this host\n',
  );
});

test('run ids and cluster names cannot leave their directory', () => {
  const layout = new Layout('/data');
  expect(layout.files({ runId: 'local-1', attempt: 2 }).dir).toMatch(
    /^\/data\/runs\/..\/local-1\/2$/,
  );
  for (const runId of ['../x', 'a/b', '', '.hidden', 'a\0b']) {
    expect(() => layout.files({ runId, attempt: 1 })).toThrow('is not a run id');
  }
  for (const name of ['..', 'a/b', ''])
    expect(() => localClusterDir('/d', name)).toThrow('directory');
});

test('external ids and markers name an attempt', () => {
  expect(refOf('local-1/12')).toEqual({ runId: 'local-1', attempt: 12 });
  expect(refOfMarker('local-1.12')).toEqual({ runId: 'local-1', attempt: 12 });
  expect(refOfMarker('.gitkeep')).toBeNull();
  expect(() => refOf('pod-x')).toThrow('is not a local job');
});

const V1 = {
  mounts: 'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\n',
  own: '4:memory:/svc\n0::/\n',
};
const V2 = { mounts: 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n', own: '0::/user.slice/a\n' };

test('places for control groups are tried from our own upwards, in both versions', () => {
  expect(candidates(V1)).toEqual([
    { version: 1, dir: '/sys/fs/cgroup/memory/svc' },
    { version: 1, dir: '/sys/fs/cgroup/memory' },
  ]);
  expect(candidates(V2)).toEqual([
    { version: 2, dir: '/sys/fs/cgroup/user.slice/a' },
    { version: 2, dir: '/sys/fs/cgroup' },
  ]);
  expect(candidates({ mounts: '', own: '' })).toEqual([]);
});

test('a hierarchy of version 2 that hands out memory is used, one that does not is not', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cgroup-'));
  const files = { mounts: `cgroup2 ${dir} cgroup2 rw 0 0\n`, own: '0::/\n' };
  expect(findCgroupRoot(files)).toBeNull();
  mkdirSync(join(dir, 'x'));
  writeFileSync(join(dir, 'cgroup.subtree_control'), 'cpu memory\n');
  expect(findCgroupRoot(files)).toEqual({ version: 2, dir: join(dir, '/') });
  rmSync(dir, { recursive: true });
});
