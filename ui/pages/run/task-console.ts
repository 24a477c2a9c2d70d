/** `arn:aws:ecs:<region>:<account>:task/<cluster>/<id>`, the form since 2018. */
const TASK_ARN = /^arn:aws:ecs:([a-z\d-]+):\d+:task\/([\w-]+)\/([a-f\d]+)$/;

/** Where the AWS console shows an ECS task; null for the id of anything else (pure). */
export function taskConsoleUrl(externalId: string | null): string | null {
  const [, region, cluster, task] = TASK_ARN.exec(externalId ?? '') ?? [];
  if (region === undefined) return null;
  return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/tasks/${task}?region=${region}`;
}
