import { createHost, Exit } from './wasi.ts';
import { Instance, START, type WasmModule } from './web-assembly.ts';

/** Why a template gave no command. */
export interface RenderFault {
  /** From 1; null where the whole is at fault. */
  line: number | null;
  /** Of the line, from 1, where Go tells it. */
  column: number | null;
  reason: string;
}

export type Rendered = { command: string } | { fault: RenderFault };

/** Without a payload the template is parsed, and nothing is rendered. */
export interface Rendering {
  template: string;
  payload?: Record<string, unknown>;
}

/**
 * Renders in a fresh instance of the module: nothing of one template is there for the next.
 * @param renderer of templates/renderer
 */
export function renderTemplate(renderer: WasmModule, asked: Rendering): Rendered {
  const host = createHost(JSON.stringify(asked));
  const { exports } = new Instance(renderer, host.imports);
  host.attach(exports.memory);
  try {
    exports[START]();
  } catch (error) {
    const code = error instanceof Exit ? error.code : null;
    if (code !== 0) return { fault: whole(whyItEnded(error, host.stderr())) };
  }
  return readAnswer(host.stdout());
}

/** What the program wrote. */
export function readAnswer(text: string): Rendered {
  const { output, error } = JSON.parse(text) as { output: string; error?: string };
  return error === undefined ? { command: output } : { fault: faultOf(error) };
}

function whole(reason: string): RenderFault {
  return { line: null, column: null, reason };
}

/** The module ends by itself only when Go's runtime gives up. */
function whyItEnded(error: unknown, stderr: string): string {
  if (/out of memory/.test(stderr)) return 'needs more memory than a template may use (96 MiB)';
  if (/stack overflow|stack exceeds/i.test(`${stderr} ${String(error)}`)) return 'nests too deeply';
  return `the renderer gave up: ${stderr.split('\n')[0] || String(error)}`;
}

/** Go's messages: `template: command:3: …` when it parses, `template: command:3:7: …` when it runs. */
const GO_ERROR = /^template: [^:]*:(\d+)(?::(\d+))?: ([^]*)$/;

function faultOf(message: string): RenderFault {
  const found = GO_ERROR.exec(message);
  if (found === null) return whole(message);
  const [, line, column, reason = ''] = found;
  // Go counts columns from 0.
  const at = column === undefined ? null : Number(column) + 1;
  return { line: Number(line), column: at, reason };
}
