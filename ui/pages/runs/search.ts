import { ENGINES, STATUSES, type RunFilter, type Status } from '../../api/run-filter.ts';

/** Filters of one text. */
export const TEXT_FILTERS = [
  'alias_contains',
  'alias',
  'definition_id',
  'group',
  'owner',
  'cluster',
  'queued_since',
  'queued_until',
  'finished_since',
  'finished_until',
] as const;
export type TextFilter = (typeof TEXT_FILTERS)[number];

type Search = Record<string, unknown>;

/** The filter that an address says; what it says wrong does not count (pure). */
export function filterOfSearch(search: Search): RunFilter {
  const filter: RunFilter = {};
  const wanted = new Set(textsOf(search['status']).flatMap((text) => text.split(',')));
  const status = STATUSES.filter((one) => wanted.has(one));
  if (status.length > 0) filter.status = status;
  for (const name of TEXT_FILTERS) {
    const [text = ''] = textsOf(search[name]);
    if (text !== '' && (!isTimeFilter(name) || isTime(text))) filter[name] = text;
  }
  const [engineText] = textsOf(search['engine']);
  const engine = ENGINES.find((one) => one === engineText);
  if (engine !== undefined) filter.engine = engine;
  const [exit] = textsOf(search['exit']);
  if (exit === 'succeeded' || exit === 'failed') filter.exit = exit;
  const env = textsOf(search['env']).filter((text) => text !== '' && !text.startsWith('='));
  if (env.length > 0) filter.env = env;
  return filter;
}

/** The same as an address says it, short where that is possible (pure). */
export function searchOfFilter(filter: RunFilter): Search {
  const { status, env, ...rest } = filter;
  return {
    ...(status === undefined || status.length === 0 ? {} : { status: status.join(',') }),
    ...rest,
    ...(env === undefined || env.length === 0 ? {} : { env: env.length === 1 ? env[0] : env }),
  };
}

/** The address's values are JSON where they can be: a task that is called 7 comes as a number. */
function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
    .map((one) => String(one).trim());
}

function isTimeFilter(name: TextFilter): boolean {
  return name.endsWith('_since') || name.endsWith('_until');
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** A filter that is set: what it says, and the filter without it. */
export interface Chip {
  label: string;
  without: RunFilter;
}

const LABELS: Record<TextFilter, string> = {
  alias_contains: 'task contains',
  alias: 'task',
  definition_id: 'definition',
  group: 'group',
  owner: 'owner',
  cluster: 'cluster',
  queued_since: 'queued after',
  queued_until: 'queued before',
  finished_since: 'ended after',
  finished_until: 'ended before',
};

/** All that is set but the status, which the tabs show (pure). @param timeText of an ISO time */
export function chipsOf(filter: RunFilter, timeText: (iso: string) => string): Chip[] {
  const chips: Chip[] = [];
  for (const name of TEXT_FILTERS) {
    const { [name]: value, ...without } = filter;
    if (value === undefined) continue;
    const text = isTimeFilter(name) ? timeText(value) : value;
    chips.push({ label: `${LABELS[name]}: ${text}`, without });
  }
  const { engine, ...withoutEngine } = filter;
  if (engine !== undefined) chips.push({ label: `engine: ${engine}`, without: withoutEngine });
  const { exit, ...withoutExit } = filter;
  if (exit !== undefined) chips.push({ label: exit, without: withoutExit });
  for (const one of filter.env ?? []) {
    const { env = [], ...rest } = filter;
    const others = env.filter((other) => other !== one);
    chips.push({
      label: `env ${one}`,
      without: others.length === 0 ? rest : { ...rest, env: others },
    });
  }
  return chips;
}

/** The filter with one status more, or without it where it has it (pure). */
export function toggled(filter: RunFilter, status: Status): RunFilter {
  const { status: before = [], ...rest } = filter;
  const after = STATUSES.filter((one) => before.includes(one) !== (one === status));
  return after.length === 0 || after.length === STATUSES.length ? rest : { ...rest, status: after };
}

/** The filter with a value set, or without it where it is empty (pure). */
export function withValue<Name extends keyof RunFilter>(
  filter: RunFilter,
  name: Name,
  value: RunFilter[Name] | undefined,
): RunFilter {
  const { [name]: _, ...rest } = filter;
  return value === undefined || value.length === 0 ? rest : { ...rest, [name]: value };
}
