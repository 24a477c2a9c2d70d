import { codeBlocks, type CodeBlock } from './markdown.ts';

/** A call of curl as a document has it. */
export interface Curl {
  /** Where it stands among the document's, counting from 0. */
  id: number;
  /** In the document, counting from 1. */
  line: number;
  /** Its line of the document. */
  text: string;
  /** The status in a comment behind it (`# 409`), null for any 2xx. */
  status: number | null;
  /** The answer that the document shows, null for none. */
  answer: string | null;
}

/** A block of a document that calls curl. */
export interface Commands {
  /** What the block says, each `curl` as `curl_at <id>`; '' for a block that is no shell's. */
  bash: string;
  curls: Curl[];
}

const SHELLS = new Set(['', 'sh', 'bash', 'shell', 'console']);
const ANSWERS = new Set(['json', 'http', 'text']);
const PROMPT = '$ ';
/** The word curl with something after it, and not a part of another word or path. */
const CALL = /(?<![\w./-])curl(?=\s+\S)/g;
/** A status in a comment behind a command, with or without words: `# 409`, `# 409: it runs`. */
const STATUS = /\S.*\s# ([1-5]\d\d)\b/;

/**
 * Every block of a document that calls curl, of whatever language, so that no curl hides.
 *
 * What a document shows as an answer is what follows a prompt's command in its block, or a block
 * `json`, `http` or `text` that is the next one in the same section; it belongs to the last curl.
 */
export function curlsOf(markdown: string): Commands[] {
  const found: Commands[] = [];
  let id = 0;
  let before: CodeBlock | null = null;
  for (const block of codeBlocks(markdown)) {
    const asked = found.at(-1)?.curls.at(-1);
    if (before?.section === block.section && ANSWERS.has(block.language) && asked !== undefined) {
      asked.answer ??= block.lines.join('\n');
    }
    const parts = partsOf(block).map((part) => {
      const commands = mark(part, id);
      id += commands.curls.length;
      return commands;
    });
    const curls = parts.flatMap((part) => part.curls);
    before = curls.length === 0 ? null : block;
    if (curls.length === 0) continue;
    const bash = isShell(block) ? parts.map((part) => part.bash).join('\n') : '';
    found.push({ bash, curls });
  }
  return found;
}

interface Part {
  line: number;
  lines: string[];
  output: string[];
}

function isPrompted(block: CodeBlock): boolean {
  return block.lines.some((line) => line.startsWith(PROMPT));
}

function isShell(block: CodeBlock): boolean {
  return SHELLS.has(block.language) || isPrompted(block);
}

/** A block's commands: all of it, or what follows each prompt. */
function partsOf(block: CodeBlock): Part[] {
  if (!isPrompted(block)) return [{ line: block.line, lines: block.lines, output: [] }];
  const parts: Part[] = [];
  block.lines.forEach((line, index) => {
    const part = parts.at(-1);
    if (line.startsWith(PROMPT)) {
      parts.push({ line: block.line + index, lines: [line.slice(PROMPT.length)], output: [] });
    } else if (part !== undefined && part.output.length === 0 && goesOn(part.lines)) {
      part.lines.push(line);
    } else {
      part?.output.push(line);
    }
  });
  return parts;
}

/** True when a command is not complete: a backslash at its end, or an open quote. */
function goesOn(lines: readonly string[]): boolean {
  const text = lines.join('\n');
  return text.endsWith('\\') || (text.match(/'/g) ?? []).length % 2 === 1;
}

function mark(part: Part, firstId: number): Commands {
  const curls: Curl[] = [];
  const lines = part.lines.map((text, index) => {
    const isComment = text.trimStart().startsWith('#');
    const bash = text.replaceAll(CALL, (word) => {
      if (isComment) return word;
      const id = firstId + curls.length;
      curls.push({ id, line: part.line + index, text: text.trim(), status: null, answer: null });
      return `curl_at ${id}`;
    });
    const status = isComment ? undefined : STATUS.exec(text)?.[1];
    const last = curls.at(-1);
    if (status !== undefined && last !== undefined) last.status = Number(status);
    return bash;
  });
  const last = curls.at(-1);
  const output = part.output.join('\n').trim();
  if (last !== undefined && output !== '') last.answer = output;
  return { bash: lines.join('\n'), curls };
}
