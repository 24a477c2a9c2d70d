/**
 * Words of registries, containerd and Docker for an image that is not there, or not for us. The rest
 * (no route, time-out, 5xx, too many requests) may pass.
 */
const REFUSED =
  /not found|manifest unknown|name unknown|name_unknown|repository does not exist|unauthorized|authentication required|authorization failed|access denied|access forbidden|pull access denied|denied:|forbidden|no basic auth credentials|insufficient_scope|invalid reference format|no match for platform|SignatureValidationFailed/i;
/** "not found" of these is not the image's. */
const UNREACHABLE =
  /no such host|connection refused|i\/o timeout|TLS handshake|context deadline|EOF|network is unreachable|no route to host|too many requests|toomanyrequests|server misbehaving|50\d (Internal|Bad Gateway|Service|Gateway)|unexpected status.*50\d/i;

/** True when a registry, or who asked it, says that an image is not there or not for us (pure). */
export function isRefusal(words: string): boolean {
  return REFUSED.test(words) && !UNREACHABLE.test(words);
}
