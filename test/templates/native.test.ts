import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRenderer, limitMemory, rendererIsCurrent } from '../../scripts/renderer.ts';
import { readAnswer } from '../../templates/render.ts';
import { createSandbox } from '../../templates/sandbox.ts';
import { CASES, type Case } from './cases.ts';

const BUILD_MS = 600_000;
/** Fewer, and the functions of flotilla-os are not there. */
const LEAST = 150;

const hasGo = spawnSync('go', ['version']).status === 0;

// Under CI=true a Go that is missing is a failure, which says so.
describe.skipIf(!hasGo && process.env['CI'] === undefined)('the renderer', () => {
  const aside = mkdtempSync(join(tmpdir(), 'flotilla-native-'));
  const native = join(aside, 'renderer');
  const sandbox = createSandbox();

  beforeAll(() => buildRenderer(native, 'native'), BUILD_MS);
  afterAll(async () => {
    await sandbox.close();
    rmSync(aside, { recursive: true, force: true });
  });

  it(
    'is, byte for byte, what its sources give',
    () => {
      expect(rendererIsCurrent()).toBe(true);
    },
    BUILD_MS,
  );

  const outcomeHere = async ({ template, payload }: Case): Promise<unknown> => {
    const recipe = { schema: {}, commandTemplate: template, defaults: {} };
    const { command, fault } = await sandbox.evaluate(recipe, payload);
    return fault === null ? { command } : { fault };
  };
  const outcomeNatively = (asked: Case): unknown => {
    const env = { TZ: 'UTC' };
    return readAnswer(
      execFileSync(native, { input: JSON.stringify(asked), env, encoding: 'utf8' }),
    );
  };

  it.each(CASES.map((one) => [one.template, one] as const))(
    'renders as Go does: %s',
    async (_, one) => {
      expect(await outcomeHere(one)).toEqual(outcomeNatively(one));
    },
  );

  it('is compared in many cases, of which many are faults', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(LEAST);
    const faults = CASES.map(outcomeNatively).filter((outcome) => 'fault' in (outcome as object));
    expect(faults.length).toBeGreaterThan(40);
    expect(faults.length).toBeLessThan(CASES.length / 2);
  });
});

describe('a module whose memory is limited', () => {
  const withMemory = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2];

  it('keeps everything else', () => {
    const tail = [0, 2, 1, 0x78];
    const limited = limitMemory(Uint8Array.from([...withMemory, ...tail]), 300);
    expect([...limited]).toEqual([...withMemory.slice(0, 8), 5, 5, 1, 1, 2, 0xac, 2, ...tail]);
  });

  it('must have a memory without a limit', () => {
    expect(() => limitMemory(Uint8Array.from(withMemory.slice(0, 8)), 3)).toThrow(/no memory/);
    const twice = limitMemory(Uint8Array.from(withMemory), 3);
    expect(() => limitMemory(twice, 3)).toThrow(/another kind of memory/);
  });
});
