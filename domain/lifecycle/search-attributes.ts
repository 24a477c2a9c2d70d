/** Search attributes of every `run` workflow, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  status: 'FlotillaStatus',
  owner: 'FlotillaOwner',
  alias: 'FlotillaAlias',
  cluster: 'FlotillaCluster',
  engine: 'FlotillaEngine',
} as const;
