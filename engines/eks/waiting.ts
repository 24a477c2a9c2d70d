import type { V1ContainerStateWaiting } from '@kubernetes/client-node';
import type { Outcome } from '../../domain/outcome.ts';
import { imageTrouble, isImageReason } from './images.ts';
import type { Circumstances } from './outcome.ts';

/** Why a container does not start; with an outcome once nobody should wait any longer. */
export interface Trouble {
  note: string;
  outcome: Partial<Outcome> | null;
}

/** Seconds after which a container that cannot be made is given up. */
const MAKE_SECONDS = 120;

/**
 * Judges what a container waits for (pure). Null for what every container waits for.
 * @param since when its node began to try
 */
export function containerTrouble(
  waiting: V1ContainerStateWaiting,
  since: Date | null,
  by: Circumstances,
): Trouble | null {
  const reason = waiting.reason ?? '';
  const waitedMs = since === null ? 0 : by.now.getTime() - since.getTime();
  const over = (seconds: number): boolean => waitedMs >= seconds * 1000;
  if (isImageReason(reason)) return ofImage(reason, waiting.message, by, over);
  if (
    !/^(CreateContainer(Config)?Error|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError)$/.test(
      reason,
    )
  ) {
    return null;
  }
  const words = waiting.message ?? reason;
  return {
    note: `the container cannot be made: ${words}`,
    outcome: over(MAKE_SECONDS)
      ? { reason: words, failure: 'start-error', evidence: `${reason}: ${words}` }
      : null,
  };
}

function ofImage(
  reason: string,
  message: string | undefined,
  by: Circumstances,
  over: (seconds: number) => boolean,
): Trouble {
  const { kind, words } = imageTrouble(reason, message, by.pullError);
  const { imageRefusedSeconds, imageUnreachableSeconds } = by.settings;
  if (kind === 'refused') {
    const final = over(imageRefusedSeconds);
    const outcome: Partial<Outcome> = {
      reason: words,
      failure: 'image-permanent',
      evidence: words,
    };
    return { note: `the image is refused: ${words}`, outcome: final ? outcome : null };
  }
  const outcome: Partial<Outcome> = {
    reason: `the image could not be fetched: ${words}`,
    failure: 'image-transient',
    evidence: words,
  };
  return {
    note: `the image cannot be fetched now, which is tried again: ${words}`,
    outcome: over(imageUnreachableSeconds) ? outcome : null,
  };
}
