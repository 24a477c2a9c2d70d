import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NOT_ROOMS = new Set([
  'node_modules',
  'dist',
  'test',
  'docs',
  'bench',
  'scripts',
  'examples',
  'conf',
]);

/** The command that checks the arrows between rooms: every folder, and what starts. */
export function createLayerCommand(): string[] {
  const entries = readdirSync(ROOT, { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const starts = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  const checked = [
    'conf',
    ...rooms.map((entry) => entry.name).filter((name) => !NOT_ROOMS.has(name)),
    ...starts.map((entry) => entry.name).filter((name) => !name.endsWith('.config.ts')),
  ];
  return ['depcruise', '--config', '.dependency-cruiser.cjs', ...checked];
}
