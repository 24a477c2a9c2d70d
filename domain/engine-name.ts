/** Engines that can run a job. A run's engine is the first part of its id. */
export const ENGINE_NAMES = ['local'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export function isEngineName(value: string): value is EngineName {
  return (ENGINE_NAMES as readonly string[]).includes(value);
}
