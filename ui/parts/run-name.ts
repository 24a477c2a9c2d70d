import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/client.ts';
import { templateQuery } from '../api/template-queries.ts';

type Named = Pick<Schemas['RunSummary'], 'run_id' | 'alias' | 'template_id'>;

/**
 * What a run is a run of: the alias of its task, or the name and version of its template, whose id is the alias of
 * its runs. One request a template; until it is answered, and where the template is gone, the alias.
 */
export function useRunName(run: Named): string {
  const { template_id: templateId } = run;
  const { data } = useQuery({
    ...templateQuery(templateId ?? ''),
    enabled: templateId !== null,
    // Of what names it nothing ever changes.
    staleTime: Infinity,
  });
  if (data !== undefined) return `${data.template_name} v${data.version}`;
  return run.alias ?? run.run_id;
}

/** The same, for where a list has many. */
export function RunName({ run }: { run: Named }): string {
  return useRunName(run);
}
