import {
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { clustersQuery } from '../../api/cluster-queries.ts';
import { Refusals } from '../../parts/refusals.tsx';
import { showRefusal } from '../../parts/refused-form.ts';
import { CLUSTER_INPUTS, ENGINES, newClusterOf, patchOf, valuesOf } from './cluster-values.ts';

export interface ClusterDialogProps {
  /** Null to add one. */
  cluster: Schemas['Cluster'] | null;
  onClose: () => void;
}

const STATUSES = [
  { value: 'active', label: 'active' },
  { value: 'maintenance', label: 'maintenance: nothing starts there' },
  { value: 'offline', label: 'offline: nothing starts there' },
];

/** Registers a cluster or changes one. Its name and engine are for good. */
export function ClusterDialog({ cluster, onClose }: ClusterDialogProps) {
  const { form, submit, saving, messages } = useClusterForm(cluster, onClose);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={cluster === null ? 'Add cluster' : `Change ${cluster.name}`}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack gap="sm">
          <Refusals title="This could not be saved" messages={messages} />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {cluster === null ? (
              <>
                <TextInput
                  label="Name"
                  description="runs name it: it is for good"
                  withAsterisk
                  data-autofocus
                  {...form.getInputProps('name')}
                />
                <Select
                  label="Engine"
                  description="what it runs jobs with"
                  allowDeselect={false}
                  data={ENGINES}
                  {...form.getInputProps('engine')}
                />
              </>
            ) : null}
            <Select
              label="Status"
              allowDeselect={false}
              data={STATUSES}
              {...form.getInputProps('status')}
            />
            <TextInput label="Why" {...form.getInputProps('status_reason')} />
            <TextInput label="Region" {...form.getInputProps('region')} />
            <TextInput
              label="Namespace"
              placeholder="its default"
              {...form.getInputProps('namespace')}
            />
            <NumberInput
              label="Runs at once"
              placeholder="any number"
              allowDecimal={false}
              allowNegative={false}
              {...form.getInputProps('slot_limit')}
            />
            <TagsInput label="Tiers allowed" {...form.getInputProps('allowed_tiers')} />
            <TagsInput label="Capabilities" {...form.getInputProps('capabilities')} />
          </SimpleGrid>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving}>
              {cluster === null ? 'Add' : 'Save'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useClusterForm(cluster: Schemas['Cluster'] | null, onDone: () => void) {
  const initial = valuesOf(cluster);
  const form = useForm({ initialValues: initial });
  const client = useQueryClient();
  const [messages, setMessages] = useState<string[]>([]);
  const [saving, setSaving] = useState(false);
  const submit = async (): Promise<void> => {
    setSaving(true);
    setMessages([]);
    form.clearErrors();
    try {
      if (cluster === null)
        await answerOf(api.POST('/api/v8/clusters', { body: newClusterOf(form.values) }));
      else
        await answerOf(
          api.PATCH('/api/v8/clusters/{cluster_id}', {
            params: { path: { cluster_id: cluster.cluster_id } },
            body: patchOf(form.getInitialValues(), form.values),
          }),
        );
      void client.invalidateQueries({ queryKey: clustersQuery.queryKey });
      onDone();
    } catch (error) {
      setMessages(showRefusal(form, error, CLUSTER_INPUTS));
    } finally {
      setSaving(false);
    }
  };
  return { form, submit, saving, messages };
}
