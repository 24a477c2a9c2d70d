import { isRefusal } from '../image-words.ts';

/** What the kubelet says while a container waits for its image. */
const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
/** No attempt to fetch it is made: the name is no name, or fetching is forbidden. */
const HOPELESS: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull']);

export type ImageTrouble = {
  kind: 'refused' | 'unreachable';
  /** Of the registry, or of the kubelet for it. */
  words: string;
};

export function isImageReason(reason: string | undefined): boolean {
  return reason !== undefined && (IMAGE_REASONS.has(reason) || HOPELESS.has(reason));
}

/**
 * What keeps a container from its image (pure).
 * @param remembered the kubelet's last words on a failed pull: while it backs off, older versions
 *   only say that they do
 */
export function imageTrouble(
  reason: string,
  message: string | undefined,
  remembered: string | null,
): ImageTrouble {
  const said = message ?? '';
  const detailed = saysWhy(said) ? said : (remembered ?? said);
  const words = plain(detailed === '' ? reason : detailed);
  if (HOPELESS.has(reason)) return { kind: 'refused', words: `${reason}: ${words}` };
  const refused = isRefusal(detailed);
  return { kind: refused ? 'refused' : 'unreachable', words };
}

/** True when a message has more than that the kubelet backs off. */
export function saysWhy(message: string): boolean {
  return message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message.trim());
}

/** Without the wrapping of the kubelet and of gRPC. */
function plain(message: string): string {
  return message
    .replace(/^Back-off pulling image "[^"]*": /, '')
    .replace(/^ErrImagePull: /, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .trim();
}
