import { createRoute, z } from '@hono/zod-openapi';
import { followRun, type RunNews } from '../../services/follow-run.ts';
import { followRuns, type RunsNews, type RunsTold } from '../../services/follow-runs.ts';
import type { Services } from '../../services/context.ts';
import { noticesOf } from '../../services/notices.ts';
import { getRun } from '../../services/runs.ts';
import { BEAT_MS, beatText, eventText, lastEventId, streamEvents, type SseEvent } from '../sse.ts';
import {
  attemptJson,
  TRANSITION_POSITION,
  transitionJson,
  transitionOf,
} from './history-schema.ts';
import { eventJson } from './job.ts';
import { failures, idParam, raw, v8Routes } from './kit.ts';
import { matchOf, runStreamQuery } from './run-filter.ts';
import { runJson, runSummaryJson } from './run-json.ts';

const params = idParam('run_id');
const tags = ['runs'];
/** Says that the answer goes on, to whoever goes through the document. */
const ENDLESS = { 'x-endless': true } as const;

function events(description: string) {
  return { description, content: { 'text/event-stream': { schema: z.string() } } };
}

const runsRoute = createRoute({
  method: 'get',
  path: '/runs/stream',
  operationId: 'followRuns',
  summary: 'Changes of runs as they happen',
  description: `Server-sent events, each told within a second or so of the commit:
\`run\` (RunSummary, of which a long \`exit_reason\` is cut): a run that matches is new or has changed; quick
steps may be told as one. \`gone\` ({run_id}): a run changed and matches no more; it may be one that you do
not have. \`reset\` ({}): what was missed cannot be told, so read the list again. To miss nothing, open the
stream, and when it has answered, read the list. Every 15 s at least there is an event or a comment. A stream
ends after some minutes, when the server stops, and when its reader is too slow: resume by Last-Event-ID.`,
  tags,
  request: { query: runStreamQuery },
  responses: { 200: events('the changes'), ...failures },
  ...ENDLESS,
});

const runRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/stream',
  operationId: 'followRun',
  summary: 'Everything of a run as it happens, until it is over',
  description: `Server-sent events: \`run\` (Run), \`attempt\` (Attempt) and \`event\` (Event) at once and
whenever one changes; \`transition\` (Transition), with its position as the id by which a stream is resumed;
\`log\` (LogGrowth) when a log has grown, at most four times a second, to be read by \`/log\`;
\`end\` ({}) when the run is over and all of it was told.`,
  tags,
  request: {
    params,
    query: z.strictObject({
      last_event_id: z
        .string()
        .optional()
        .openapi({ description: 'as the header Last-Event-ID, which counts before this' }),
    }),
  },
  responses: { 200: events('what happens'), ...failures },
  ...ENDLESS,
});

const logGrowth = z
  .object({
    attempt: z.int(),
    size: z.int().openapi({ description: 'bytes so far' }),
    lines: z.int().nullable().openapi({ description: 'null while it may grow' }),
    complete: z.boolean().openapi({ description: 'true when it grows no more' }),
  })
  .openapi('LogGrowth');

/** Runs, and one run, as they change. */
export const runStreamRoutes = v8Routes();
runStreamRoutes.openAPIRegistry.register('LogGrowth', logGrowth);

runStreamRoutes
  .openapi(runsRoute, async (c) => {
    const { last_event_id: parameter, ...query } = c.req.valid('query');
    const match = matchOf(query);
    const lastSeen = lastEventId(c, parameter);
    const answer = await streamEvents(c, ({ signal, drop }) =>
      runsTexts(
        followRuns(c.get('services'), c.get('caller'), match, lastSeen, {
          signal,
          drop,
          beatMs: BEAT_MS,
        }),
      ),
    );
    return raw(answer);
  })
  .openapi(runRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { run_id: runId } = c.req.valid('param');
    const lastSeen = lastEventId(c, c.req.valid('query').last_event_id);
    // What is no position is of another stream: all is told.
    const known = lastSeen !== null && TRANSITION_POSITION.test(lastSeen);
    const after = known ? transitionOf(lastSeen) : undefined;
    await getRun(services, caller, runId);
    const answer = await streamEvents(c, ({ signal }) =>
      runTexts(services, followRun(services, caller, runId, after, { signal, beatMs: BEAT_MS })),
    );
    return raw(answer);
  });

/** An id before the last of a look would leave out what is behind it: it stays what it was until then. */
async function* runsTexts(told: AsyncGenerator<RunsTold>): AsyncGenerator<string> {
  let id = '';
  for await (const { news, position } of told) {
    const before = id === '' ? position : id;
    id = position;
    if (news.length === 0) yield beatText(id);
    else {
      const ids = news.map((_, place) => (place === news.length - 1 ? id : before));
      yield news.map((one, place) => eventText(runsEvent(one, ids[place] ?? before))).join('');
    }
  }
}

function runsEvent(news: RunsNews, id: string): SseEvent {
  switch (news.kind) {
    case 'run':
      return { event: 'run', data: runSummaryJson(news.run), id };
    case 'gone':
      return { event: 'gone', data: { run_id: news.runId }, id };
    case 'reset':
      return { event: 'reset', data: {}, id };
  }
}

async function* runTexts(
  services: Services,
  told: AsyncGenerator<RunNews[]>,
): AsyncGenerator<string> {
  for await (const news of told) {
    if (news.length === 0) yield beatText();
    else yield news.map((one) => eventText(runEvent(services, one))).join('');
  }
}

function runEvent(services: Services, news: RunNews): SseEvent {
  switch (news.kind) {
    case 'run': {
      const { engine, clusterName } = news.run;
      const notices = noticesOf(services, engine, clusterName ?? '');
      return { event: 'run', data: runJson(news.run, notices) };
    }
    case 'transition': {
      const data = transitionJson(news.transition);
      return { event: 'transition', data, id: data.position };
    }
    case 'attempt':
      return { event: 'attempt', data: attemptJson(news.attempt) };
    case 'event':
      return { event: 'event', data: eventJson(news.event) };
    case 'log':
      return { event: 'log', data: news.log };
    case 'end':
      return { event: 'end', data: {} };
  }
}
