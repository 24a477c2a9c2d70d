import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPrograms } from '../../../dev/postgres-programs.ts';
import { fillBusybox, makeImage } from '../linux/images.ts';
import { copyDebian } from './base-image.ts';

/** What the entry point of the official image does, as far as it is used. */
const START_POSTGRES = `#!/bin/bash
set -e
data=/var/lib/postgresql/data
if [ ! -e "$data/PG_VERSION" ]; then
  chown 65534:65534 "$data"
  printf %s "$POSTGRES_PASSWORD" >/tmp/password
  chmod 644 /tmp/password
  as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  as /native/bin/initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_USER" | as /native/bin/postgres --single -D "$data" postgres
fi
exec setpriv --reuid 65534 --regid 65534 --clear-groups /native/bin/postgres -D "$data" \\
  -c listen_addresses='*' -c unix_socket_directories=
`;
/** Busybox as Debian builds it has no `nc -z`. */
const PROBE = '#!/bin/sh\nexec /bin/nc -w 1 "$2" "$3" </dev/null\n';
/** Says what it was asked for: there is no schema to make in a Temporal on SQLite. */
const SQL_TOOL = '#!/bin/sh\necho "stand-in: temporal-sql-tool $*"\n';

/**
 * Images that stand in for those of Docker Hub that the compose file names, with the same programs where
 * this machine has them: PostgreSQL as embedded, Temporal's own dev server, and nothing of its Web UI.
 * @param images names, as the compose file has them
 * @param temporal path of the Temporal CLI
 * @returns archives for `docker load`
 */
export async function makeStandIns(
  dir: string,
  images: readonly string[],
  temporal: string,
): Promise<string[]> {
  const { postgres } = await findPrograms();
  return images.map((image) => makeImage(dir, image, contentsOf(image, postgres, temporal)));
}

function contentsOf(image: string, postgres: string, temporal: string) {
  const path = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  switch (image.replace(/:.*/, '')) {
    case 'postgres':
      return {
        fill: (rootfs: string) => {
          copyDebian(rootfs);
          cpSync(dirname(dirname(postgres)), join(rootfs, 'native'), {
            recursive: true,
            verbatimSymlinks: true,
          });
          program(rootfs, 'start-postgres', START_POSTGRES);
          program(rootfs, 'pg_isready', '#!/bin/bash\n: </dev/tcp/127.0.0.1/5432\n');
        },
        config: {
          Env: path,
          Entrypoint: ['start-postgres'],
          StopSignal: 'SIGINT',
          Volumes: { '/var/lib/postgresql/data': {} },
        },
      };
    case 'temporalio/admin-tools':
      return {
        fill: (rootfs: string) => {
          withTemporal(rootfs, temporal);
          program(rootfs, 'temporal-sql-tool', SQL_TOOL);
        },
        config: { Env: path },
      };
    case 'temporalio/server': {
      const server = ['temporal', 'server', 'start-dev', '--ip', '0.0.0.0', '--headless'];
      return {
        fill: (rootfs: string) => {
          withTemporal(rootfs, temporal);
          program(rootfs, 'nc', PROBE);
        },
        config: { Env: path, Entrypoint: server },
      };
    }
    default:
      return { fill: fillBusybox, config: { Env: path, Cmd: ['sleep', '2147483647'] } };
  }
}

function withTemporal(rootfs: string, temporal: string): void {
  fillBusybox(rootfs);
  const copy = join(rootfs, 'usr/bin/temporal');
  copyFileSync(temporal, copy);
  chmodSync(copy, 0o755);
}

function program(rootfs: string, name: string, text: string): void {
  const dir = join(rootfs, 'usr/bin');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text, { mode: 0o755 });
}
