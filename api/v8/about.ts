import { createRoute, z } from '@hono/zod-openapi';
import { failures, ok, v8Routes } from './kit.ts';

const about = z
  .object({
    caller: z.string().nullable().openapi({ description: 'who you are here, where that is known' }),
    default_engine: z.string(),
    temporal_ui_url: z
      .string()
      .nullable()
      .openapi({ description: 'where the Temporal Web UI is, if that is configured' }),
    temporal_namespace: z.string(),
    eks_pod_url: z.string().nullable().openapi({
      description:
        'where pods are shown, with `{cluster}`, `{namespace}` and `{pod}`; null for nowhere',
    }),
  })
  .openapi('About');

const aboutRoute = createRoute({
  method: 'get',
  path: '/about',
  operationId: 'about',
  summary: 'What a client may want to know of this installation',
  tags: ['about'],
  responses: { 200: ok(about, 'what there is to know'), ...failures },
});

/** What links and forms of a client need beside its subject. */
export const aboutRoutes = v8Routes().openapi(aboutRoute, (c) => {
  const { settings } = c.get('services');
  return c.json(
    {
      caller: c.get('caller').name,
      default_engine: settings.engineDefault,
      temporal_ui_url: settings.temporalUiUrl,
      temporal_namespace: settings.temporalNamespace,
      eks_pod_url: settings.eksPodUrl,
    },
    200,
  );
});
