import { notifications } from '@mantine/notifications';
import { read } from '../api/client.ts';
import { tokenOf } from '../api/token.ts';
import { messageOf } from '../parts/message.ts';
import { logPath } from './log-path.ts';

/** Saves a whole log as a file. With a token it passes through this page, since links can send none. */
export async function downloadLog(runId: string, attempt: number | null): Promise<void> {
  const path = logPath(runId, attempt);
  const name = `${runId}${attempt === null ? '' : `-${attempt}`}.log`;
  if (tokenOf() === null) return save(path, name);
  try {
    const response = await read(path);
    const url = URL.createObjectURL(await response.blob());
    save(url, name);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    notifications.show({ color: 'red', title: 'No download', message: messageOf(error) });
  }
}

function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
