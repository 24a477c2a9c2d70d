import { AppShell, Burger, Group, NavLink, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconChartBar,
  IconListDetails,
  IconPlayerPlay,
  IconServer,
  IconTemplate,
} from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { PaletteButton } from './palette-button.tsx';
import { SchemeToggle } from './scheme-toggle.tsx';
import { TokenGate } from './token-gate.tsx';

const LINKS = [
  { to: paths.overview(), label: 'Overview', icon: IconChartBar },
  { to: paths.runs(), label: 'Runs', icon: IconPlayerPlay },
  { to: paths.definitions(), label: 'Tasks', icon: IconListDetails },
  { to: paths.templates(), label: 'Templates', icon: IconTemplate },
  { to: paths.clusters(), label: 'Clusters', icon: IconServer },
];

/** What surrounds every page: the navigation, the colour scheme, the question for a token. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
            />
            <UnstyledButton component={Link} to={paths.runs()}>
              <Group gap="xs" wrap="nowrap">
                <img src="/favicon.svg" alt="" width={24} height={24} />
                <Text fw={700}>Flotilla</Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <PaletteButton />
            <SchemeToggle />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Main">
        {LINKS.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            active={pathname === to || pathname.startsWith(`${to}/`)}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <TokenGate>
          <Outlet />
        </TokenGate>
      </AppShell.Main>
    </AppShell>
  );
}
