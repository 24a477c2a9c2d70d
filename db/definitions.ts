import { and, eq, isNull, sql, type SQL } from 'drizzle-orm';
import type { Definition, DefinitionBody } from '../domain/definition.ts';
import { definitionVersion, tags, taskDef, taskDefPorts, taskDefTags } from './schema.ts';
import type { Tx } from './client.ts';

const ports = sql<number[]>`coalesce(
  (SELECT jsonb_agg(p.port ORDER BY p.port) FROM task_def_ports p
   WHERE p.task_def_id = ${taskDef.definitionId}), '[]')`;
const tagNames = sql<string[]>`coalesce(
  (SELECT jsonb_agg(DISTINCT t.tag_id) FROM task_def_tags t
   WHERE t.task_def_id = ${taskDef.definitionId} AND t.tag_id <> ''), '[]')`;

/** A definition, as a statement selects it. */
export const definitionFields = {
  definition_id: taskDef.definitionId,
  alias: sql<string>`coalesce(${taskDef.alias}, '')`,
  image: taskDef.image,
  group_name: taskDef.groupName,
  command: taskDef.command,
  memory: taskDef.memory,
  cpu: taskDef.cpu,
  gpu: taskDef.gpu,
  ephemeral_storage: taskDef.ephemeralStorage,
  adaptive_resource_allocation: taskDef.adaptiveResourceAllocation,
  requires_docker: sql<boolean>`coalesce(${taskDef.requiresDocker}, false)`,
  task_type: taskDef.taskType,
  target_cluster: taskDef.targetCluster,
  env: sql<DefinitionBody['env']>`CASE WHEN jsonb_typeof(${taskDef.env}) = 'array'
    THEN ${taskDef.env} ELSE '[]' END`,
  ports,
  tags: tagNames,
  retry_policy: taskDef.retryPolicy,
  version: taskDef.version,
};

/** Not deleted. */
export const visible = isNull(taskDef.deletedAt);

async function findOne(tx: Tx, which: SQL, lock = false): Promise<Definition | null> {
  const query = tx.select(definitionFields).from(taskDef).where(and(which, visible)).limit(1);
  const [row] = await (lock ? query.for('update') : query);
  return row ?? null;
}

export async function findDefinition(tx: Tx, id: string): Promise<Definition | null> {
  return findOne(tx, eq(taskDef.definitionId, id));
}

export async function lockDefinition(tx: Tx, id: string): Promise<Definition | null> {
  return findOne(tx, eq(taskDef.definitionId, id), true);
}

export async function findDefinitionByAlias(tx: Tx, alias: string): Promise<Definition | null> {
  return findOne(tx, eq(taskDef.alias, alias));
}

/** True also for a definition that was deleted: its runs stay. */
export async function definitionExists(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: taskDef.definitionId })
    .from(taskDef)
    .where(eq(taskDef.definitionId, id));
  return row !== undefined;
}

/** Hides a definition and gives its alias back; runs and versions stay. */
export async function hideDefinition(tx: Tx, id: string): Promise<void> {
  await tx
    .update(taskDef)
    .set({ deletedAt: new Date(), alias: `deleted:${id}` })
    .where(eq(taskDef.definitionId, id));
}

/** True when the alias is another definition's. To be called in the writing transaction. */
export async function aliasTaken(tx: Tx, alias: string, exceptId: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: taskDef.definitionId })
    .from(taskDef)
    .where(and(eq(taskDef.alias, alias), sql`${taskDef.definitionId} <> ${exceptId}`));
  return row !== undefined;
}

/** Writes a definition, new or changed, and its version, in the caller's transaction. */
export async function saveDefinition(
  tx: Tx,
  definition: Definition,
  author: string,
): Promise<void> {
  const { definition_id: id, version, ports: portList, tags: tagList, ...body } = definition;
  const row = {
    // Aliases are unique, and definitions of ECS times may have none.
    alias: body.alias === '' ? null : body.alias,
    image: body.image,
    groupName: body.group_name,
    command: body.command,
    memory: body.memory,
    cpu: body.cpu,
    gpu: body.gpu,
    ephemeralStorage: body.ephemeral_storage,
    adaptiveResourceAllocation: body.adaptive_resource_allocation,
    requiresDocker: body.requires_docker,
    taskType: body.task_type,
    targetCluster: body.target_cluster,
    env: body.env,
    retryPolicy: body.retry_policy,
    version,
  };
  await tx
    .insert(taskDef)
    .values({ definitionId: id, ...row })
    .onConflictDoUpdate({ target: taskDef.definitionId, set: row });
  await savePorts(tx, id, portList);
  await saveTags(tx, id, tagList);
  await tx.insert(definitionVersion).values({
    definitionId: id,
    version,
    author,
    body: { ...body, ports: portList, tags: tagList },
  });
}

async function savePorts(tx: Tx, id: string, list: readonly number[]): Promise<void> {
  await tx.delete(taskDefPorts).where(eq(taskDefPorts.taskDefId, id));
  const rows = [...new Set(list)].map((port) => ({ taskDefId: id, port }));
  if (rows.length > 0) await tx.insert(taskDefPorts).values(rows);
}

async function saveTags(tx: Tx, id: string, list: readonly string[]): Promise<void> {
  await tx.delete(taskDefTags).where(eq(taskDefTags.taskDefId, id));
  const names = [...new Set(list)].filter((name) => name !== '');
  if (names.length === 0) return;
  await tx
    .insert(tags)
    .values(names.map((text) => ({ text })))
    .onConflictDoNothing();
  await tx.insert(taskDefTags).values(names.map((tagId) => ({ tagId, taskDefId: id })));
}
