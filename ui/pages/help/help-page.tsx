import { useDocumentTitle } from '@mantine/hooks';
import queued from '../../../docs/stuck-in-queued.md?raw';
import statuses from '../../../docs/statuses.md?raw';
import { Document } from './document.tsx';

/** What each status and each failure class means. */
export function StatusesPage() {
  useDocumentTitle('Statuses · Flotilla');
  return <Document markdown={statuses} />;
}

/** Why a run waits in QUEUED, and what to do about it. */
export function QueuedPage() {
  useDocumentTitle('Stuck in QUEUED · Flotilla');
  return <Document markdown={queued} />;
}
