import { ActionIcon, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../client/client.ts';
import { useAbout } from '../api/about.ts';
import { ApiError } from '../api/client.ts';
import { paths } from '../paths.ts';
import { messageOf } from './message.ts';
import { lastOwner } from './owner.ts';
import { useLaunch } from './use-launch.ts';

export interface LaunchButtonProps {
  definition: Pick<Schemas['Definition'], 'definition_id' | 'alias'>;
  /** An icon only, for rows of a list. */
  compact?: boolean;
}

/** Launches a definition as it is; asks by the form where it must be said on whose behalf. */
export function LaunchButton({ definition, compact = false }: LaunchButtonProps) {
  const [launching, setLaunching] = useState(false);
  const { data: about } = useAbout();
  const launch = useLaunch();
  const navigate = useNavigate();
  const label = `Launch now: ${definition.alias}`;
  const onClick = async (): Promise<void> => {
    setLaunching(true);
    const owner = about?.caller ?? lastOwner();
    const { definition_id } = definition;
    try {
      await launch(owner === null ? { definition_id } : { definition_id, owner });
    } catch (error) {
      if (error instanceof ApiError && error.fields.has('owner')) {
        await navigate({ to: paths.launch(definition_id) });
        return;
      }
      const title = `${definition.alias} was not launched`;
      notifications.show({ title, message: messageOf(error), color: 'red' });
    } finally {
      setLaunching(false);
    }
  };
  if (compact)
    return (
      <ActionIcon
        variant="light"
        aria-label={label}
        title="Launch as it is"
        loading={launching}
        onClick={() => void onClick()}
      >
        <IconPlayerPlay size={16} stroke={1.6} />
      </ActionIcon>
    );
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      aria-label={label}
      loading={launching}
      onClick={() => void onClick()}
    >
      Launch now
    </Button>
  );
}
