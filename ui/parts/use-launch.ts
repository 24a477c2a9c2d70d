import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from '../api/client.ts';
import { paths } from '../paths.ts';
import { keepOwner } from './owner.ts';

type Answer = Parameters<typeof answerOf<Schemas['Run']>>[0];

/**
 * Sends launches, and keeps for whom. What was sent once and not answered has the same idempotence key when it
 * is sent again, so that it cannot become two runs.
 * @throws ApiError, NoAnswer
 */
export function useLaunchOnce<B extends { owner?: string; idempotence_key?: string }>(
  send: (body: B) => Answer,
) {
  const sent = useRef<{ body: string; key: string }>(null);
  return async (body: B): Promise<Schemas['Run']> => {
    const text = JSON.stringify(body);
    if (sent.current?.body !== text) sent.current = { body: text, key: randomKey() };
    const run = await answerOf(send({ ...body, idempotence_key: sent.current.key }));
    sent.current = null;
    if (body.owner !== undefined) keepOwner(body.owner);
    return run;
  };
}

/** Launches a run and goes to its page. @throws ApiError, NoAnswer */
export function useLaunch() {
  const send = useLaunchOnce((body: Schemas['Launch']) => api.POST('/api/v8/runs', { body }));
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (body: Schemas['Launch']): Promise<void> => {
    const run = await send(body);
    void client.invalidateQueries({ queryKey: ['runs-of-definition'] });
    void client.invalidateQueries({ queryKey: ['definitions'] });
    notifications.show({ message: `${run.alias ?? 'The run'} is launched.`, color: 'green' });
    await navigate({ to: paths.run(run.run_id) });
  };
}

/** Not `randomUUID`, which pages have over https only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `ui-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
