import { Button, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import type { Schemas } from '../../../client/client.ts';
import { launchOf } from '../../api/launch-again.ts';
import { tokenOf } from '../../api/token.ts';
import { curlOf } from './curl.ts';

/** The call that launches this run again, for a shell. */
export function CopyCurl({ run }: { run: Schemas['Run'] }) {
  const text = curlOf(location.origin, launchOf(run), tokenOf() !== null);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label="The call that launches it again, with all values, also those that are hidden here">
          <Button
            size="xs"
            variant="default"
            onClick={copy}
            leftSection={
              copied ? <IconCheck size={14} aria-hidden /> : <IconTerminal2 size={14} aria-hidden />
            }
          >
            {copied ? 'Copied' : 'Copy as curl'}
          </Button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
