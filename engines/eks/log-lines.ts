import type { TimeMark } from '../../domain/log-times.ts';

/**
 * A place in a container's log: behind `offset` bytes of the text of a line. Lines are known by the
 * node's time stamp, and those of one stamp by their number.
 */
export interface Position {
  stamp: string;
  nth: number;
  offset: number;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const STAMP_BYTES = 40;
const SECOND_CHARS = '2026-01-01T00:00:00'.length;
const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** Lines behind the one that is looked for come at most so much later when stdout and stderr mix. */
const DISORDER_MS = 1_000;
const HELD_BYTES = 1024 * 1024;
/** A login shell says its first line that soon, also on a busy node; stamps of starts are whole seconds. */
const FIRST_LINE_MS = 3_000;
/** What a shell that shows its commands begins with, or one that cannot read them: see command.ts. */
const FIRST_WORDS = ['+', 'bash: '];
/** The node reads stdout and stderr apart, so that so much of one may stand before the other's first line. */
const EARLY_BYTES = 64 * 1024;

const GAP =
  '[flotilla] lines may be missing here: the node rotated the log while it was not being read\n';
const LATE =
  '[flotilla] lines may be missing here: the log was first read when the node may have rotated it already\n';

const FAST =
  '[flotilla] lines may be missing from here on: the job writes so fast that its node loses some when it turns to a new file\n';
/** A node turns to a new file at so much: containerLogMaxSize of the kubelet, by default. */
const FILE_BYTES = 10 * 1024 * 1024;
/** So much in the time between two looks of the kubelet at the size is fast. */
const FAST_BYTES = 4 * 1024 * 1024;
const LOOK_MS = 10_000;
/** What a node puts before each line. */
const PREFIX_BYTES = 40;

export function formatPosition({ stamp, nth, offset }: Position): string {
  return `${stamp} ${nth} ${offset}`;
}

/** Null for what is no position. */
export function parsePosition(text: string): Position | null {
  const [stamp = '', nth, offset] = text.split(' ');
  const position = { stamp, nth: Number(nth), offset: Number(offset) };
  const whole = Number.isInteger(position.nth) && Number.isInteger(position.offset);
  return STAMP.test(stamp) && whole ? position : null;
}

/** The part of a second in a stamp, comparable as text also where zeros at its end are left out. */
function fractionOf(stamp: string): string {
  return (/\.(\d+)/.exec(stamp)?.[1] ?? '').padEnd(9, '0');
}

/** A line of the kubelet's own, instead of the log. */
export class NotTheLog extends Error {}

interface Held {
  position: Position;
  parts: Buffer[];
}

/** Bytes of a log, and when lines of them were written: as TailChunk has them. */
export interface Told {
  bytes: Buffer;
  marks: TimeMark[];
}

/**
 * Reads a log as the API gives it with time stamps: each line behind its stamp and a space. Tells the
 * job's own bytes, from a position on that an earlier reader reached; says in the log where that
 * position is no more.
 */
export class LogLines {
  #position: Position | null;
  #resume: Position | null;
  /** `seek`: looking for the place to resume; `copy`: telling bytes. */
  #mode: 'seek' | 'copy';
  /** The beginning of a line whose stamp has not arrived whole. */
  #head: Buffer = Buffer.alloc(0);
  /** The line that is being read, or null between two. */
  #line: Position | null = null;
  #last: { stamp: string; nth: number } | null = null;
  /** Text of the current line still to be passed over. */
  #skip = 0;
  #held: Held[] = [];
  #heldBytes = 0;
  /** When the command began, until it is known whether the log begins there too. */
  #lateAfter: Date | null;
  /** Told once that is known. */
  #early: { bytes: Buffer; stamp: string | null }[] = [];
  #earlyBytes = 0;
  /** The latest second of a line, in the words of its stamp. */
  #second = '';
  /** Bytes on the node: since the first line, and since the last look of the kubelet might have been. */
  #bytes = { all: 0, looked: 0, lookedAt: 0 };
  #saidFast = false;

  /** @param lateAfter when the command began, for a reader who may have come late to the first line */
  constructor(resume: Position | null, lateAfter: Date | null = null) {
    this.#position = resume;
    this.#resume = resume;
    this.#mode = resume === null ? 'copy' : 'seek';
    this.#lateAfter = resume === null ? lateAfter : null;
  }

  /** Behind everything told so far; null when that is nothing. */
  get position(): Position | null {
    return this.#position;
  }

  /** True while lines are held back: the place to resume, or the log's beginning, was not found yet. */
  get holds(): boolean {
    return this.#held.length > 0 || this.#early.length > 0;
  }

  /** Takes in what arrived; answers with what may be told. @throws NotTheLog */
  push(chunk: Buffer): Told {
    const out = new Telling();
    let rest = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    this.#head = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.#line === null) {
        const space = rest.indexOf(SPACE);
        const end = rest.indexOf(NEWLINE);
        if (space < 0 && end < 0 && rest.length < STAMP_BYTES) {
          this.#head = Buffer.from(rest);
          break;
        }
        const stamp = rest.toString(
          'latin1',
          0,
          space < 0 ? STAMP_BYTES : Math.min(space, STAMP_BYTES),
        );
        if (!STAMP.test(stamp)) throw new NotTheLog(rest.toString('utf8', 0, 300).trim());
        this.#begin(stamp, out);
        rest = rest.subarray(space + 1);
        continue;
      }
      const end = rest.indexOf(NEWLINE);
      const text = end < 0 ? rest : rest.subarray(0, end + 1);
      this.#text(text, end >= 0, out);
      rest = rest.subarray(text.length);
    }
    return out.told();
  }

  /** What is looked for will not come any more: what was held back is told, with a word about it. */
  settle(): Told {
    const out = new Telling();
    if (this.#early.length > 0) this.#begins(false, out);
    if (this.#held.length > 0) this.#gap(out);
    return out.told();
  }

  #begin(stamp: string, out: Telling): void {
    const nth = this.#last?.stamp === stamp ? this.#last.nth + 1 : 0;
    this.#last = { stamp, nth };
    this.#line = { stamp, nth, offset: 0 };
    this.#follow(stamp, out);
    if (this.#mode === 'copy') return;
    const resume = this.#resume;
    if (resume === null) return;
    if (stamp === resume.stamp && nth === resume.nth) {
      // Lines held back stood before it, and were told by the earlier reader.
      [this.#held, this.#heldBytes] = [[], 0];
      [this.#mode, this.#skip] = ['copy', resume.offset];
      return;
    }
    const after = Date.parse(stamp) - Date.parse(resume.stamp);
    if (after > DISORDER_MS) this.#gap(out);
    else if (after > 0 || (after === 0 && fractionOf(stamp) > fractionOf(resume.stamp))) {
      this.#held.push({ position: { ...this.#line }, parts: [] });
    }
  }

  /**
   * Kubelets have two faults where a file is full: what is on its way then may be lost, and a reader
   * that is there already may be sent to the new file's beginning once more.
   */
  #follow(stamp: string, out: Telling): void {
    const second = stamp.slice(0, SECOND_CHARS);
    if (second > this.#second) {
      this.#second = second;
      const at = Date.parse(`${second}Z`);
      if (at - this.#bytes.lookedAt >= LOOK_MS)
        Object.assign(this.#bytes, { looked: 0, lookedAt: at });
    } else if (second < this.#second && this.#mode === 'copy' && this.#position !== null) {
      const back = Date.parse(this.#position.stamp) - Date.parse(stamp);
      if (back > DISORDER_MS) [this.#resume, this.#mode] = [this.#position, 'seek'];
    }
    const { all, looked } = this.#bytes;
    if (this.#saidFast || this.#mode !== 'copy' || all < FILE_BYTES || looked < FAST_BYTES) return;
    this.#saidFast = true;
    out.push(Buffer.from(FAST));
  }

  #text(text: Buffer, ends: boolean, out: Telling): void {
    const line = this.#line;
    if (line === null) return;
    if (line.offset === 0) this.#judge(line, text, out);
    const onNode = text.length + (ends ? PREFIX_BYTES : 0);
    this.#bytes.all += onNode;
    this.#bytes.looked += onNode;
    line.offset += text.length;
    if (this.#mode === 'copy') this.#tell(text, line, out);
    else this.#hold(text, line, out);
    if (ends) [this.#line, this.#skip] = [null, 0];
  }

  #tell(text: Buffer, line: Position, out: Telling): void {
    const skipped = Math.min(this.#skip, text.length);
    this.#skip -= skipped;
    if (skipped === text.length) return;
    this.#position = { ...line };
    const stamp = skipped === 0 && line.offset === text.length ? line.stamp : null;
    if (this.#lateAfter === null) {
      out.push(text.subarray(skipped), stamp);
      return;
    }
    this.#early.push({ bytes: Buffer.from(text), stamp });
    this.#earlyBytes += text.length;
    if (this.#earlyBytes > EARLY_BYTES) this.#begins(false, out);
  }

  #hold(text: Buffer, line: Position, out: Telling): void {
    const held = this.#held.at(-1);
    const isHeld = held?.position.stamp === line.stamp && held.position.nth === line.nth;
    if (held === undefined || !isHeld) return;
    held.parts.push(Buffer.from(text));
    held.position.offset = line.offset;
    this.#heldBytes += text.length;
    if (this.#heldBytes > HELD_BYTES) this.#gap(out);
  }

  #gap(out: Telling): void {
    out.push(Buffer.from(GAP));
    for (const { position, parts } of this.#held) {
      parts.forEach((part, i) => out.push(part, i === 0 ? position.stamp : null));
      this.#position = position;
    }
    [this.#held, this.#heldBytes, this.#mode] = [[], 0, 'copy'];
  }

  /** Files of a log look alike: the first of them begins as the job did. */
  #judge({ stamp }: Position, text: Buffer, out: Telling): void {
    const began = this.#lateAfter;
    if (began === null) return;
    const isFirst = FIRST_WORDS.some((word) => {
      const head = text.toString('latin1', 0, word.length);
      return head !== '' && word.startsWith(head);
    });
    const isLate = Date.parse(stamp) - began.getTime() > FIRST_LINE_MS;
    if (isFirst || isLate) this.#begins(isFirst && !isLate, out);
  }

  #begins(whole: boolean, out: Telling): void {
    if (!whole) out.push(Buffer.from(LATE));
    for (const { bytes, stamp } of this.#early) out.push(bytes, stamp);
    [this.#early, this.#earlyBytes, this.#lateAfter] = [[], 0, null];
  }
}

/** A stamp up to its tenths of a second: marks need not be closer. */
const TENTH_CHARS = SECOND_CHARS + 2;

/** What is about to be told. */
class Telling {
  readonly #parts: Buffer[] = [];
  readonly #marks: TimeMark[] = [];
  #bytes = 0;
  #tenth = '';

  /** @param stamp of the line that begins with these bytes; null where none does */
  push(bytes: Buffer, stamp: string | null = null): void {
    const tenth = stamp?.slice(0, TENTH_CHARS) ?? this.#tenth;
    if (stamp !== null && tenth !== this.#tenth) {
      this.#marks.push({ offset: this.#bytes, at: Date.parse(stamp) });
      this.#tenth = tenth;
    }
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  told(): Told {
    const [first = Buffer.alloc(0), ...more] = this.#parts;
    return { bytes: more.length === 0 ? first : Buffer.concat(this.#parts), marks: this.#marks };
  }
}
