import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { clustersQuery } from '../../api/cluster-queries.ts';
import { messageOf } from '../../parts/message.ts';

export interface ForgetDialogProps {
  cluster: Schemas['Cluster'];
  onClose: () => void;
}

/** The server refuses it while runs there are not over. */
export function ForgetDialog({ cluster, onClose }: ForgetDialogProps) {
  const client = useQueryClient();
  const forget = useMutation({
    mutationFn: () =>
      answerOf(
        api.DELETE('/api/v8/clusters/{cluster_id}', {
          params: { path: { cluster_id: cluster.cluster_id } },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: clustersQuery.queryKey });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Forget ${cluster.name}?`}>
      <Stack gap="sm">
        <Text size="sm">
          The cluster itself is left as it is; no run goes there any more. What ran there stays in
          the history.
        </Text>
        {forget.error === null ? null : (
          <Alert color="red" role="alert">
            {messageOf(forget.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={forget.isPending} onClick={() => forget.mutate()}>
            Forget
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
