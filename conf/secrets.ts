const MASK = '********';
const SECRET_NAME =
  /(^|_)(passwords?|passwd|secrets?|tokens?|credentials?|(api|access|private|signing)_keys?|keys|otlp_headers)(_|$)/i;
/** A secret is only what the value says, not what it is named, where it lies or how long it lasts. */
const ABOUT_A_SECRET =
  /_(secret_name|image_pull_secrets|label_keys|file|dir|path|seconds|url|uri)$/i;

const PARAMETER = /\b((?:ssl)?password|passwd|pwd|secret|token|api_?key)=('[^']*'|[^\s&;]+)/gi;

/** Text without the passwords in its URLs and its `password=…` parameters. */
export function maskText(text: string): string {
  return text
    .replaceAll(/([a-z][a-z\d+.-]*:\/\/[^\s:/@]*):[^\s]*@/gi, `$1:${MASK}@`)
    .replaceAll(/(https?:\/\/)[^\s/:@]+@/gi, `$1${MASK}@`)
    .replaceAll(PARAMETER, `$1=${MASK}`);
}

/** A value as it may be shown to anybody. */
export function maskValue(key: string, value: unknown): unknown {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
  const name = key.replaceAll(/\W/g, '_');
  if (SECRET_NAME.test(name) && !ABOUT_A_SECRET.test(name)) return maskAll(value);
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(key, item));
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([member, item]) => [member, maskValue(member, item)]));
}

function maskAll(value: unknown): unknown {
  return Array.isArray(value) ? value.map(() => MASK) : MASK;
}
