import { expect, test } from 'vitest';
import { driverFiles } from '../../../../engines/eks-spark/log-files.ts';
import {
  formatPosition,
  freshBytes,
  parsePosition,
} from '../../../../engines/eks-spark/log-position.ts';

test('a log is the files of the driver, what the program wrote last', () => {
  const key = (pod: string, file: string) => ({
    key: `l/vc/jobs/1/containers/${pod}/${file}`,
    version: '',
  });
  const files = [
    key('spark-1/exec-1', 'stdout.gz'),
    key('spark-1/spark-1-driver', 'stdout.gz'),
    key('spark-1/spark-1-driver', 'stderr.gz'),
    key('submitter', 'stderr.gz'),
  ];
  expect(driverFiles(files)).toEqual([files[2], files[1]]);
});

test('whole lines are told, and the rest at the end', () => {
  const content = Buffer.from('one\ntwo\nthr');
  expect(freshBytes(content, 0, false).toString()).toBe('one\ntwo\n');
  expect(freshBytes(content, 4, false).toString()).toBe('two\n');
  expect(freshBytes(content, 8, false).toString()).toBe('');
  expect(freshBytes(content, 8, true).toString()).toBe('thr');
  expect(freshBytes(content, 50, true).toString()).toBe('');
});

test('a place in a log survives being written down, and nonsense is its start', () => {
  const place = new Map([['a/stderr.gz', 12]]);
  expect(parsePosition(formatPosition(place))).toEqual(place);
  for (const odd of [null, '', 'x', '3', '[1]', '{"a":1}']) expect(parsePosition(odd).size).toBe(0);
});
