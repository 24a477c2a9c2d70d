import type { Node } from 'jsonc-parser';
import { z } from 'zod';
import { FlotillaError, invalid } from '../../domain/errors.ts';
import { pairsOf, parseBody, plainValue } from './json.ts';

/**
 * The one decoder of v1 to v7 (lenient, as Go's): keys are matched without case against the schema,
 * level by level, though never inside users' maps; null is absent; unknown keys are ignored; the
 * last duplicate wins.
 * @throws FlotillaError `invalid` naming the field
 */
export function decodeBody<T extends z.ZodObject>(schema: T, text: string): z.output<T> {
  const root = parseBody(text);
  if (root.type !== 'object' && root.type !== 'null') {
    throw new FlotillaError('invalid', `body: expected an object, received ${root.type}`);
  }
  return root.type === 'null' ? schema.parse({}) : decodeNode(schema, root, '');
}

/**
 * As decodeBody, for a body that is a list; null is an empty one.
 * @throws FlotillaError `invalid` naming index and field
 */
export function decodeList<T extends z.ZodObject>(schema: T, text: string): z.output<T>[] {
  const root = parseBody(text);
  if (root.type === 'null') return [];
  if (root.type !== 'array') {
    throw new FlotillaError('invalid', `body: expected a list, received ${root.type}`);
  }
  return (root.children ?? []).map((child, i) => {
    if (child.type !== 'object')
      throw invalid(String(i), `expected an object, received ${child.type}`);
    return decodeNode(schema, child, String(i));
  });
}

function decodeNode<T extends z.ZodObject>(schema: T, node: Node, path: string): z.output<T> {
  const parsed = schema.safeParse(matchKeys(schema, node, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = [path, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw invalid(at || 'body', textOf(issue));
}

function textOf(issue: z.core.$ZodIssue | undefined): string {
  return (issue?.message ?? 'invalid').replace(/^Invalid input: /, '');
}

function matchKeys(schema: z.core.$ZodType, node: Node, path: string): unknown {
  const shape = unwrap(schema);
  if (shape instanceof z.ZodObject && node.type === 'object') return matchObject(shape, node, path);
  if (shape instanceof z.ZodArray && node.type === 'array') {
    return (node.children ?? []).map((child, i) => matchKeys(shape.element, child, `${path}.${i}`));
  }
  return plainValue(node, path);
}

function matchObject(schema: z.ZodObject, node: Node, path: string): unknown {
  const names = new Map(Object.keys(schema.shape).map((name) => [name.toLowerCase(), name]));
  const matched = new Map<string, unknown>();
  for (const { key, value } of pairsOf(node)) {
    const name = names.get(key.toLowerCase());
    if (name === undefined) continue;
    const inner = path === '' ? name : `${path}.${name}`;
    const field = schema.shape[name];
    if (value.type === 'null' || field === undefined) matched.delete(name);
    else matched.set(name, matchKeys(field, value, inner));
  }
  return Object.fromEntries(matched);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap());
  }
  return schema;
}
