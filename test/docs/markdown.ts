/** A block of code in a document, fenced or indented. */
export interface CodeBlock {
  /** The word after the fence; '' for an indented block. */
  language: string;
  /** The heading above it, counting from 0. */
  section: number;
  /** The line in the document of its first line, counting from 1. */
  line: number;
  lines: string[];
}

const FENCE = /^( *)(`{3,}|~{3,}) *(\S*)/;
const INDENT = '    ';

/** The blocks of code of a Markdown document, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  let section = 0;
  let inText = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, indent = '', fence, language = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      const end = lines.findIndex((other, index) => index > at && other.trim() === fence);
      const body = lines.slice(at + 1, end === -1 ? lines.length : end);
      blocks.push({ language, section, line: at + 2, lines: body.map((one) => cut(one, indent)) });
      at += body.length + 1;
      inText = false;
    } else if (!inText && line.startsWith(INDENT)) {
      const body = takeIndented(lines.slice(at));
      blocks.push({ language: '', section, line: at + 1, lines: body });
      at += body.length - 1;
    } else {
      if (/^#{1,6} /.test(line)) section += 1;
      inText = line.trim() !== '' && !line.startsWith('#');
    }
  }
  return blocks;
}

function cut(line: string, indent: string): string {
  return line.startsWith(indent) ? line.slice(indent.length) : line.trimStart();
}

/** Blank lines belong to an indented block if it goes on after them. */
function takeIndented(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => line.trim() !== '' && !line.startsWith(INDENT));
  const taken = lines.slice(0, end === -1 ? lines.length : end);
  while (taken.at(-1)?.trim() === '') taken.pop();
  return taken.map((line) => cut(line, INDENT));
}
