import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm';
import type { Template } from '../domain/template.ts';
import { escapeLike } from './filters.ts';
import { task, template } from './schema.ts';
import type { Db, Tx } from './client.ts';

const fields = {
  template_id: template.templateId,
  template_name: template.templateName,
  version: template.version,
  schema: template.schema,
  command_template: template.commandTemplate,
  defaults: sql<Template['defaults']>`CASE WHEN jsonb_typeof(${template.defaults}) = 'object'
    THEN ${template.defaults} ELSE '{}' END`,
  avatar_uri: sql<string>`coalesce(${template.avatarUri}, '')`,
  description: template.description,
  image: template.image,
  memory: template.memory,
  cpu: template.cpu,
  gpu: template.gpu,
  ephemeral_storage: template.ephemeralStorage,
  env: sql<Template['env']>`CASE WHEN jsonb_typeof(${template.env}) = 'array'
    THEN ${template.env} END`,
  adaptive_resource_allocation: template.adaptiveResourceAllocation,
  ports: template.ports,
  tags: template.tags,
  created_at: template.createdAt,
  created_by: template.createdBy,
};

/** Columns by which templates may be sorted, by their names on the wire. */
export const TEMPLATE_SORTS = {
  template_name: template.templateName,
  version: template.version,
} as const;
export type TemplateSort = keyof typeof TEMPLATE_SORTS;

async function findOne(tx: Tx, which: SQL | undefined): Promise<Template | null> {
  const [row] = await tx
    .select(fields)
    .from(template)
    .where(which)
    .orderBy(desc(template.version))
    .limit(1);
  return row ?? null;
}

export async function findTemplate(tx: Tx, id: string): Promise<Template | null> {
  return findOne(tx, eq(template.templateId, id));
}

/** @param version null for the latest */
export async function findTemplateByName(
  tx: Tx,
  name: string,
  version: number | null,
): Promise<Template | null> {
  const ofVersion = version === null ? undefined : eq(template.version, version);
  return findOne(tx, and(eq(template.templateName, name), ofVersion));
}

export interface TemplateListQuery {
  /** Of each name the latest version only. */
  latestOnly: boolean;
  /** Text that the name has in it, whatever the case; null for all. */
  nameContains: string | null;
  sortBy: TemplateSort;
  order: 'asc' | 'desc';
  limit: number;
  offset: number;
}

export interface TemplatePage {
  templates: Template[];
  total: number;
}

/** Templates are few: pages are by offset, and totals are counted. */
export async function listTemplates(db: Db, query: TemplateListQuery): Promise<TemplatePage> {
  const { latestOnly, nameContains } = query;
  const where = and(
    nameContains === null
      ? undefined
      : sql`${template.templateName} ILIKE ${`%${escapeLike(nameContains)}%`}`,
    latestOnly
      ? sql`NOT EXISTS (SELECT 1 FROM template later
          WHERE later.template_name = ${template.templateName} AND later.version > ${template.version})`
      : undefined,
  );
  const direction = query.order === 'asc' ? asc : desc;
  const others = query.sortBy === 'version' ? [direction(template.templateName)] : [];
  const [templates, [counted]] = await Promise.all([
    db
      .select(fields)
      .from(template)
      .where(where)
      .orderBy(
        direction(TEMPLATE_SORTS[query.sortBy]),
        ...others,
        direction(template.version),
        template.templateId,
      )
      .limit(query.limit)
      .offset(query.offset),
    db
      .select({ total: sql<number>`count(*)::int` })
      .from(template)
      .where(where),
  ]);
  return { templates, total: counted?.total ?? 0 };
}

/** Every version of a name, the newest first. */
export async function versionsOfTemplate(db: Db, name: string): Promise<Template[]> {
  return db
    .select(fields)
    .from(template)
    .where(eq(template.templateName, name))
    .orderBy(desc(template.version));
}

/** Holds a name until the transaction ends: two that make a version at once come one after the other. */
export async function lockTemplateName(tx: Tx, name: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`template ${name}`}))`);
}

export async function insertTemplate(tx: Tx, made: Template): Promise<void> {
  await tx.insert(template).values({
    templateId: made.template_id,
    templateName: made.template_name,
    version: made.version,
    schema: made.schema,
    commandTemplate: made.command_template,
    image: made.image,
    memory: made.memory,
    gpu: made.gpu,
    cpu: made.cpu,
    env: made.env,
    privileged: false,
    adaptiveResourceAllocation: made.adaptive_resource_allocation,
    // flotilla-os requires it and reads it nowhere.
    containerName: '',
    defaults: made.defaults,
    avatarUri: made.avatar_uri,
    description: made.description,
    ephemeralStorage: made.ephemeral_storage,
    ports: made.ports,
    tags: made.tags,
    createdAt: made.created_at,
    createdBy: made.created_by,
  });
}

export async function updateAppearance(
  tx: Tx,
  id: string,
  change: { description?: string | null; avatarUri?: string },
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx.update(template).set(change).where(eq(template.templateId, id));
}

/** True when it is there, and stays until the transaction ends. */
export async function holdTemplate(tx: Tx, id: string): Promise<boolean> {
  const which = eq(template.templateId, id);
  return (
    (await tx.select({ id: template.templateId }).from(template).where(which).for('share'))[0] !==
    undefined
  );
}

/** The template, which nobody else holds until the transaction ends; null when there is none. */
export async function lockTemplate(tx: Tx, id: string): Promise<{ name: string } | null> {
  const [row] = await tx
    .select({ name: template.templateName })
    .from(template)
    .where(eq(template.templateId, id))
    .for('update');
  return row ?? null;
}

export async function hasRuns(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx
    .select({ runId: task.runId })
    .from(task)
    .where(eq(task.executableId, id))
    .limit(1);
  return rows.length > 0;
}

export async function removeTemplate(tx: Tx, id: string): Promise<void> {
  await tx.delete(template).where(eq(template.templateId, id));
}
