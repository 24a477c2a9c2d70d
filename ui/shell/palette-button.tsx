import { ActionIcon, Button, Kbd } from '@mantine/core';
import { useHotkeys, useOs } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** Opens the palette, by click or by Ctrl K and ⌘K anywhere; its code comes when it is first wanted. */
export function PaletteButton() {
  const [openings, setOpenings] = useState(0);
  const os = useOs();
  const open = (): void => setOpenings((before) => before + 1);
  useHotkeys([['mod+K', open]], [], true);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        visibleFrom="sm"
        c="dimmed"
        fw={400}
        leftSection={<IconSearch size={16} stroke={1.6} />}
        rightSection={<Kbd size="xs">{os === 'macos' ? '⌘ K' : 'Ctrl K'}</Kbd>}
        onClick={open}
      >
        Go to…
      </Button>
      <ActionIcon variant="default" size="lg" hiddenFrom="sm" aria-label="Go to…" onClick={open}>
        <IconSearch size={18} stroke={1.6} />
      </ActionIcon>
      {openings === 0 ? null : (
        <Suspense fallback={null}>
          <Palette openings={openings} />
        </Suspense>
      )}
    </>
  );
}
