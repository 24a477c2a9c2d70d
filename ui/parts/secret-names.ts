/** Words of a variable's name that say that its value is nobody else's. */
const WORDS: ReadonlySet<string> = new Set([
  ...['PASS', 'PASSWORD', 'PASSWD', 'PWD', 'PASSPHRASE', 'PASSCODE', 'PIN'],
  ...['SECRET', 'SECRETS', 'TOKEN', 'TOKENS', 'JWT', 'CREDENTIAL', 'CREDENTIALS', 'CREDS'],
  ...['KEY', 'KEYS', 'APIKEY', 'PRIVATE', 'AUTH', 'BEARER', 'COOKIE', 'SALT', 'SIGNATURE', 'DSN'],
]);
const ENDINGS =
  /(PASSWORD|PASSWD|SECRET|TOKEN|(API|ACCESS|SECRET|PRIVATE|AUTH|SIGNING|ENCRYPTION)KEY)S?$/;
/** Keys that are to be seen. */
const PUBLIC = /(^|_)(PUBLIC|PARTITION|SORT|PRIMARY|FOREIGN|OBJECT|CACHE)_KEYS?$/;
/** A URL that has a password in it, or a private key as it is written down. */
const SECRET_VALUE =
  /^[a-z][a-z\d+.-]*:\/\/[^/?#\s@]*:[^/?#\s]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;

/** Whether a variable looks like one whose value is to be asked for before it is shown (pure). */
export function looksSecret({ name, value }: { name: string; value: string }): boolean {
  if (value === '') return false;
  if (SECRET_VALUE.test(value)) return true;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z\d]+/);
  const joined = words.join('_');
  if (PUBLIC.test(joined)) return false;
  return words.some((word) => WORDS.has(word) || ENDINGS.test(word));
}
