import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a curl was answered. */
export interface Answer {
  /** Null when it got none. */
  status: number | null;
  /** With its headers where the document asks for them (`curl -i`). */
  body: string;
  /** What curl or this test says went wrong. */
  errors: string;
}

export interface Session {
  /** Null for a curl that was not called. */
  answerTo(id: number): Answer | null;
  /** Standard error of the whole session. */
  errors: string;
}

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** Documents name the server by its default address; nothing else is called. */
const PRELUDE = String.raw`
curl_at() {
  local at="$ANSWERS/$1" arg here='' args=() code
  shift
  for arg in "$@"; do
    if [[ $arg =~ ^(http://)?(localhost|127\.0\.0\.1):(3000|5000)(/.*)?$ ]]; then
      arg="$SERVER${'$'}{BASH_REMATCH[4]}" here=1
    fi
    args+=("$arg")
  done
  rm -f "$at".*
  if [[ ! $here ]]; then echo 'calls another server' >"$at.errors"; return 6; fi
  command curl -q -sS --max-time 60 -D "$at.headers" -o "$at.body" "${'$'}{args[@]}" 2>"$at.errors"
  code=$?
  if [[ -e $at.body ]]; then cat "$at.body"; fi
  return $code
}
`;

/** Runs commands one after the other in one bash, in a directory with the examples, and is done with it. */
export async function runInBash(commands: readonly string[], server: string): Promise<Session> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-docs-'));
  try {
    const answers = join(dir, 'answers');
    mkdirSync(answers);
    cpSync(EXAMPLES, join(dir, 'examples'), { recursive: true });
    const errors = await bash([PRELUDE, ...commands].join('\n'), dir, {
      PATH: process.env['PATH'],
      HOME: dir,
      ANSWERS: answers,
      SERVER: server,
    });
    const read = readAnswers(answers, commands.join('\n'));
    return { errors, answerTo: (id) => read.get(id) ?? null };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    // -u: a variable that no command before has set is a mistake of the document.
    const child = spawn('bash', ['-u', '-c', script], {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.on('error', reject);
    child.on('close', () => resolve(errors));
  });
}

function readAnswers(dir: string, commands: string): Map<number, Answer> {
  const ids = [...commands.matchAll(/\bcurl_at (\d+)/g)].map(([, id]) => Number(id));
  const read = (id: number, kind: string): string => {
    const file = join(dir, `${id}.${kind}`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  return new Map(
    ids
      .filter((id) => existsSync(join(dir, `${id}.errors`)))
      .map((id) => {
        const statuses = [...read(id, 'headers').matchAll(/^HTTP\/\S+ (\d{3})/gm)];
        const status = statuses.at(-1)?.[1];
        const answer = { body: read(id, 'body'), errors: read(id, 'errors').trim() };
        return [id, { ...answer, status: status === undefined ? null : Number(status) }] as const;
      }),
  );
}
