/** The directory of `config.yml` that a command means: the one named, else that of FLOTILLA_CONF, else none. */
export function confDir(named: string | undefined): string | undefined {
  const dir = named ?? process.env['FLOTILLA_CONF'];
  return dir === '' ? undefined : dir;
}
