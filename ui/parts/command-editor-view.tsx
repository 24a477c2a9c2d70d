import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

/** Mantine's darkest green and orange are too light to be read on white. */
const DARK: Record<string, string> = { green: '#1b6e31', orange: '#a33a00' };

const color = (name: string): string =>
  `light-dark(${DARK[name] ?? `var(--mantine-color-${name}-9)`}, var(--mantine-color-${name}-3))`;

const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: color('violet') },
  { tag: [tags.string, tags.special(tags.string)], color: color('green') },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)' },
  { tag: tags.number, color: color('orange') },
  { tag: [tags.definition(tags.variableName), tags.variableName], color: color('cyan') },
  { tag: [tags.standard(tags.variableName), tags.attributeName], color: color('blue') },
]);

const look = EditorView.theme({
  '&': {
    fontSize: 'var(--mantine-font-size-sm)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-default)',
    backgroundColor: 'var(--mantine-color-body)',
  },
  '&.cm-focused': { outline: 'none', borderColor: 'var(--mantine-primary-color-filled)' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    minHeight: '8em',
    maxHeight: '28em',
  },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
  },
});

export interface CommandEditorViewProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

/** A shell script. Tab leaves it, as it leaves every field, so that keyboards get past. */
export function CommandEditorView({ value, onChange, label }: CommandEditorViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ value, onChange });

  useEffect(() => {
    latest.current = { value, onChange };
  });

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          StreamLanguage.define(shell),
          syntaxHighlighting(highlight),
          look,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={host} />;
}
