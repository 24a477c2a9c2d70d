import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Failure } from './parts/states.tsx';
import { Shell } from './shell/shell.tsx';
import { NoPage } from './shell/no-page.tsx';
import { paths } from './paths.ts';

type Search = Record<string, unknown>;
/** Pages know their own query; see each page's search.ts. */
const anySearch = (search: Search): Search => search;

const root = createRootRoute({ component: Shell, notFoundComponent: NoPage });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: paths.runs() });
  },
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./pages/run/run-page.tsx'), 'RunPage'),
});
const definitions = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  validateSearch: anySearch,
  component: lazyRouteComponent(
    () => import('./pages/definitions/definitions-page.tsx'),
    'DefinitionsPage',
  ),
});
const newDefinition = createRoute({
  getParentRoute: () => root,
  path: '/tasks/new',
  component: lazyRouteComponent(
    () => import('./pages/definitions/edit-page.tsx'),
    'NewDefinitionPage',
  ),
});
const definition = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$definitionId',
  validateSearch: anySearch,
  component: lazyRouteComponent(
    () => import('./pages/definitions/definition-page.tsx'),
    'DefinitionPage',
  ),
});
const editDefinition = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$definitionId/edit',
  component: lazyRouteComponent(
    () => import('./pages/definitions/edit-page.tsx'),
    'EditDefinitionPage',
  ),
});
const copyDefinition = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$definitionId/copy',
  component: lazyRouteComponent(
    () => import('./pages/definitions/edit-page.tsx'),
    'CopyDefinitionPage',
  ),
});
const launch = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$definitionId/launch',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./pages/launch/launch-page.tsx'), 'LaunchPage'),
});
const templates = createRoute({
  getParentRoute: () => root,
  path: '/templates',
  component: lazyRouteComponent(
    () => import('./pages/templates/templates-page.tsx'),
    'TemplatesPage',
  ),
});
const newTemplate = createRoute({
  getParentRoute: () => root,
  path: '/templates/new',
  validateSearch: anySearch,
  component: lazyRouteComponent(
    () => import('./pages/templates/new-template-page.tsx'),
    'NewTemplatePage',
  ),
});
const template = createRoute({
  getParentRoute: () => root,
  path: '/templates/$templateId',
  component: lazyRouteComponent(
    () => import('./pages/templates/template-page.tsx'),
    'TemplatePage',
  ),
});
const launchTemplate = createRoute({
  getParentRoute: () => root,
  path: '/templates/$templateId/launch',
  validateSearch: anySearch,
  component: lazyRouteComponent(
    () => import('./pages/templates/template-launch-page.tsx'),
    'TemplateLaunchPage',
  ),
});
const clusters = createRoute({
  getParentRoute: () => root,
  path: '/clusters',
  component: lazyRouteComponent(() => import('./pages/clusters/clusters-page.tsx'), 'ClustersPage'),
});
const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const helpStatuses = createRoute({
  getParentRoute: () => root,
  path: '/help/statuses',
  component: lazyRouteComponent(() => import('./pages/help/help-page.tsx'), 'StatusesPage'),
});
const helpQueued = createRoute({
  getParentRoute: () => root,
  path: '/help/queued',
  component: lazyRouteComponent(() => import('./pages/help/help-page.tsx'), 'QueuedPage'),
});

const tree = root.addChildren([
  home,
  runs,
  run,
  definitions,
  newDefinition,
  definition,
  editDefinition,
  copyDefinition,
  launch,
  templates,
  newTemplate,
  template,
  launchTemplate,
  clusters,
  overview,
  helpStatuses,
  helpQueued,
]);

/** Addresses and the pages that they show; paths.ts builds them. */
export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
