import { Avatar } from '@mantine/core';

/** Its picture; its initials where there is none, or it cannot be had. */
export function TemplateAvatar({ name, uri, size }: { name: string; uri: string; size: number }) {
  return (
    <Avatar
      src={uri === '' ? null : uri}
      name={name}
      alt=""
      size={size}
      radius="md"
      color="initials"
      // Mantine's own colour of initials is too faint on some of its grounds.
      styles={{ placeholder: { color: 'var(--mantine-color-text)' } }}
      imageProps={{ referrerPolicy: 'no-referrer' }}
      aria-hidden
    />
  );
}
