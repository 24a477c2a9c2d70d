import type { Life } from './life.ts';
import { records } from './record.ts';

/** A grant may be lost on its way; the sweep repeats it, and this asks again besides. */
const ASK_AGAIN_MS = 10 * 60 * 1000;

/** Waits in QUEUED until the attempt has a slot. False when the run is to end instead. */
export async function admit(life: Life): Promise<boolean> {
  const { inbox } = life;
  if (inbox.ending !== null) return false;
  // The first attempt was admitted when the run was opened, unless there was no room.
  if (life.admitted) return true;
  for (;;) {
    const admission = await records.admitRun(life.ref);
    if (admission.stop !== null) inbox.end({ kind: 'stop', by: admission.stop.by });
    if (inbox.ending !== null) return false;
    if (admission.admitted) {
      life.admitted = true;
      life.state.asked ||= admission.asked;
      return true;
    }
    inbox.granted = false;
    if (admission.reason !== null) await life.recordReason(admission.reason);
    await life.until(() => inbox.granted || inbox.ending !== null, ASK_AGAIN_MS);
    if (inbox.ending !== null) return false;
  }
}
