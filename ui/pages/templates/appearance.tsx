import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { RefusalText } from '../../parts/refusal-text.tsx';
import { AvatarInput } from './avatar-input.tsx';

/** Description and avatar, which are no part of what a run does. */
export function Appearance({ template }: { template: Schemas['Template'] }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Describe
      </Button>
      <Modal opened={opened} onClose={close} title={`Describe ${template.template_name}`}>
        <Fields template={template} onDone={close} />
      </Modal>
    </>
  );
}

function Fields({ template, onDone }: { template: Schemas['Template']; onDone: () => void }) {
  const [description, setDescription] = useState(template.description ?? '');
  const [avatar, setAvatar] = useState(template.avatar_uri);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      answerOf(
        api.PATCH('/api/v8/templates/{template_id}', {
          params: { path: { template_id: template.template_id } },
          body: { description: description === '' ? null : description, avatar_uri: avatar.trim() },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['template'] });
      await client.invalidateQueries({ queryKey: ['templates'] });
      onDone();
    },
  });
  return (
    <Stack
      component="form"
      gap="sm"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Textarea
        label="Description"
        autosize
        minRows={2}
        data-autofocus
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <AvatarInput value={avatar} error={undefined} onChange={setAvatar} />
      <RefusalText error={change.error} />
      <Group justify="flex-end">
        <Button type="submit" loading={change.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
