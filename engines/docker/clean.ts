import type { Listed } from './daemon.ts';
import { parseName } from './names.ts';
import { ours, type Cluster } from './view.ts';

/**
 * Removes what is left of attempts whose outcome and log are stored: containers that are over for too
 * long, and the oldest of too many; and the images of these that have lost their names to newer ones.
 * @throws DaemonError
 */
export async function clean(cluster: Cluster): Promise<void> {
  const { daemon } = cluster;
  const all = await daemon.list(ours(cluster));
  const released = all.filter(({ name }) => parseName(name).mark === 'released');
  const images = new Set<string>();
  for (const { id, imageId } of await tooMany(cluster, released)) {
    if (await daemon.remove(id)) images.add(imageId);
  }
  for (const id of images) {
    const image = await daemon.image(id);
    const dangling = image !== null && (image.RepoTags ?? []).length === 0;
    // Without force: one that a container still uses stays.
    if (dangling) await daemon.removeImage(id);
  }
}

/** Those that are kept too long, by the time at which they ended, and what is beyond the number. */
async function tooMany(
  { daemon, settings }: Cluster,
  released: readonly Listed[],
): Promise<Listed[]> {
  const newestFirst = released.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const surplus = newestFirst.slice(settings.keepContainers);
  const oldest = Date.now() - settings.keepSeconds * 1000;
  const aged: Listed[] = [];
  for (const one of newestFirst.slice(0, settings.keepContainers)) {
    // One that was made later has not ended earlier.
    if (one.createdAt.getTime() > oldest) continue;
    const container = await daemon.inspect(one.id);
    if (container !== null && Date.parse(container.State.FinishedAt) <= oldest) aged.push(one);
  }
  return [...surplus, ...aged];
}
