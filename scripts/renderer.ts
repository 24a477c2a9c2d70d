/*
 * Builds templates/renderer/renderer.wasm from the Go sources beside it; with --check, says whether the
 * committed file is what they give. The same bytes everywhere: the toolchain is pinned in go.mod, and
 * nothing of this machine goes in.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = join(dirname(dirname(fileURLToPath(import.meta.url))), 'templates', 'renderer');
export const RENDERER = join(SOURCES, 'renderer.wasm');

/** Of 64 KiB each: what a render may take in all, 96 MiB. main.go stays below. */
const MEMORY_PAGES = 1_536;
const MEMORY_SECTION = 5;
const PREAMBLE_BYTES = 8;
const BUILD_MS = 600_000;

/** Builds the renderer's program at `output`: natively, or as WebAssembly with its memory limited. */
export function buildRenderer(output: string, target: 'native' | 'wasm'): void {
  const toolchain = /^toolchain (\S+)$/m.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1];
  const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false'];
  const built = spawnSync('go', [...args, '-ldflags=-s -w -buildid=', '-o', output, '.'], {
    cwd: SOURCES,
    encoding: 'utf8',
    timeout: BUILD_MS,
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GOEXPERIMENT: '',
      GOFLAGS: '',
      GOTOOLCHAIN: toolchain,
      GOWASM: '',
      ...(target === 'wasm' ? { GOOS: 'wasip1', GOARCH: 'wasm' } : {}),
    },
  });
  if (built.error !== undefined) throw built.error;
  if (built.status !== 0) throw new Error(`go build: ${built.stderr.trim()}`);
  if (target === 'wasm') writeFileSync(output, limitMemory(readFileSync(output), MEMORY_PAGES));
}

/**
 * The module with a maximum for its one memory. Go writes none, and who runs a module cannot set it
 * from outside: https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */
export function limitMemory(wasm: Uint8Array, pages: number): Uint8Array {
  let at = PREAMBLE_BYTES;
  while (at < wasm.length) {
    const size = readNumber(wasm, at + 1);
    const end = size.next + size.value;
    if (wasm[at] === MEMORY_SECTION) {
      const [count, flags] = wasm.subarray(size.next, size.next + 2);
      const least = readNumber(wasm, size.next + 2);
      if (count !== 1 || flags !== 0 || least.next !== end)
        throw new Error('the module has another kind of memory than Go gave it so far');
      const body = [1, 1, ...numberBytes(least.value), ...numberBytes(pages)];
      const section = Uint8Array.from([MEMORY_SECTION, ...numberBytes(body.length), ...body]);
      return Buffer.concat([wasm.subarray(0, at), section, wasm.subarray(end)]);
    }
    at = end;
  }
  throw new Error('the module has no memory');
}

/** Unsigned LEB128. */
function readNumber(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let index = from, shift = 0; ; index += 1, shift += 7) {
    const byte = bytes[index] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: index + 1 };
  }
}

function numberBytes(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...numberBytes(value >>> 7)];
}

/** Whether the committed module is, byte for byte, what its sources give. */
export function rendererIsCurrent(): boolean {
  const aside = mkdtempSync(join(tmpdir(), 'flotilla-renderer-'));
  try {
    const output = join(aside, 'renderer.wasm');
    buildRenderer(output, 'wasm');
    return readFileSync(output).equals(readFileSync(RENDERER));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) buildRenderer(RENDERER, 'wasm');
  else if (!rendererIsCurrent())
    throw new Error('templates/renderer/renderer.wasm is not what its sources give');
}
