import { paths, type Place } from '../../paths.ts';

/** The documents that the application shows, by their file in docs/. */
const PAGES: Readonly<Record<string, string>> = {
  'statuses.md': paths.helpStatuses(),
  'stuck-in-queued.md': paths.helpQueued(),
};

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Where a link of a document leads within the application; null where it leads out of it. */
export function targetOf(href: string): Place | null {
  const [file = '', hash = ''] = href.split('#');
  const to = file === '' ? '.' : PAGES[file];
  return to === undefined ? null : { to, hash };
}
