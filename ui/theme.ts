import { Badge, createTheme } from '@mantine/core';

/** The look of the application: Mantine's, but denser, in the colour of the sea. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'sm',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  autoContrast: true,
  components: {
    // Its own colour on its own background is too faint for small text.
    Badge: Badge.extend({ defaultProps: { c: 'var(--mantine-color-text)' } }),
  },
});
