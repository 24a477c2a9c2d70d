import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chunkKey,
  claimKey,
  compose,
  parseKey,
  type Chunk,
  type Session,
} from '../../../logs/grown-chunks.ts';

/** Collectors of one log, each writing a letter of its own, and what each has read and kept. */
class Collectors {
  readonly objects = new Map<string, { chunk: Chunk; text: string }>();
  readonly sessions: {
    session: Session;
    text: string;
    kept: boolean;
    recent: Chunk[];
    whole: boolean;
  }[] = [];

  seen(): string {
    const composed = compose([...this.objects.values()].map(({ chunk }) => chunk));
    if (composed === null) return '';
    if (composed === 'hole') throw new Error('a hole');
    const text = composed.pieces
      .map(({ chunk, start, end }) => {
        const own = this.objects.get(chunkKey(chunk))?.text ?? '';
        return own.slice(start - chunk.offset, end - chunk.offset);
      })
      .join('');
    if (text.length !== composed.bytes) throw new Error('pieces and their sum differ');
    return text;
  }

  latest() {
    return (
      this.sessions.findLast(({ whole }) => whole) ?? this.sessions.findLast(({ kept }) => kept)
    );
  }

  begin(): void {
    const before = this.latest();
    if (before?.whole === true) return;
    const text = this.seen();
    const session = {
      number: this.sessions.length + 1,
      parent: before?.session.number ?? 0,
      begin: text.length,
      id: '0123abcd',
    };
    this.sessions.push({ session, text, kept: false, recent: [], whole: false });
  }

  append(which: number, bytes: number, complete: boolean): void {
    const one = this.sessions[which % Math.max(this.sessions.length, 1)];
    if (one === undefined || one.whole) return;
    one.whole = complete;
    const chunk = { session: one.session, offset: one.text.length, bytes, complete };
    const text = String.fromCodePoint(97 + (one.session.number % 26)).repeat(bytes);
    this.objects.set(chunkKey(chunk), { chunk, text });
    one.recent.push(chunk);
    one.text += text;
    one.kept = true;
  }

  /** With or without removing what was merged: whoever did it may have died between. */
  merge(which: number, removes: boolean): void {
    const one = this.sessions[which % Math.max(this.sessions.length, 1)];
    const first = one?.recent[0];
    if (one === undefined || first === undefined) return;
    const bytes = one.text.length - first.offset;
    const chunk = { ...first, bytes, complete: one.whole };
    this.objects.set(chunkKey(chunk), { chunk, text: one.text.slice(first.offset) });
    for (const old of removes ? one.recent : []) {
      if (chunkKey(old) !== chunkKey(chunk)) this.objects.delete(chunkKey(old));
    }
    one.recent = [];
  }
}

const step = fc.oneof(
  fc.constant({ kind: 'begin' } as const),
  fc.record({
    kind: fc.constant('append' as const),
    which: fc.nat(5),
    bytes: fc.nat(4),
    complete: fc.nat(9).map((n) => n === 9),
  }),
  fc.record({ kind: fc.constant('merge' as const), which: fc.nat(5), removes: fc.boolean() }),
);

test('readers see what the latest collector has read, whatever others keep at the same time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const collectors = new Collectors();
      for (const one of steps) {
        if (one.kind === 'begin') collectors.begin();
        else if (one.kind === 'append') collectors.append(one.which, one.bytes, one.complete);
        else collectors.merge(one.which, one.removes);
        expect(collectors.seen()).toBe(collectors.latest()?.text ?? '');
      }
    }),
    { numRuns: 500 },
  );
});

test('chunks that a list has missed are noticed', () => {
  const session = { number: 2, parent: 1, begin: 10, id: '00000000' };
  const parent = { number: 1, parent: 0, begin: 0, id: '00000000' };
  const whole = [
    { session: parent, offset: 0, bytes: 4, complete: false },
    { session: parent, offset: 4, bytes: 6, complete: false },
    { session, offset: 10, bytes: 5, complete: false },
    { session, offset: 15, bytes: 5, complete: false },
  ];
  expect(compose(whole)).toMatchObject({ bytes: 20 });
  for (const missing of [0, 1, 2]) {
    expect(compose(whole.filter((_, i) => i !== missing))).toBe('hole');
  }
  expect(compose(whole.slice(2))).toBe('hole');
});

test('keys say what they are made of, and other keys say nothing', () => {
  const session = { number: 12, parent: 3, begin: 456, id: '89abcdef' };
  const chunk = { session, offset: 456, bytes: 0, complete: false };
  const end = { ...chunk, complete: true };
  expect(parseKey(chunkKey(chunk))).toEqual({ session, chunk });
  expect(parseKey(chunkKey(end))).toEqual({ session, chunk: end });
  expect(parseKey(claimKey(session))).toEqual({ session, chunk: null });
  for (const key of ['', 'claim', 'x/claim', `${chunkKey(chunk)}/x`, `${chunkKey(chunk)}0`]) {
    expect(parseKey(key)).toBeNull();
  }
});
