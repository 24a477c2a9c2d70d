import './document.css';
import { Anchor, Box, Typography } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { Markdown } from 'markdown-to-jsx/react';
import { useEffect, type ReactNode } from 'react';
import { anchorOf, targetOf } from './links.ts';

const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  slugify: anchorOf,
  overrides: { a: DocumentLink, table: WideTable },
};

/** A document of docs/ as a page. Its headings are places that an address may name. */
export function Document({ markdown }: { markdown: string }) {
  const hash = useRouterState({ select: ({ location }) => location.hash });
  // The router may have looked for the place before it was drawn.
  useEffect(() => {
    document.getElementById(hash)?.scrollIntoView();
  }, [hash]);
  return (
    <Typography className="document">
      <Markdown options={OPTIONS}>{markdown}</Markdown>
    </Typography>
  );
}

/** What is not in the application is named by its file: no address of it is known. */
function DocumentLink({ href = '', children }: { href?: string; children: ReactNode }) {
  const target = targetOf(href);
  if (target === null) {
    const [file] = href.split('#');
    return (
      <>
        {children}: <code>docs/{file}</code>
      </>
    );
  }
  return (
    <Anchor component={Link} to={target.to} hash={target.hash} inherit>
      {children}
    </Anchor>
  );
}

function WideTable({ children }: { children: ReactNode }) {
  return (
    <Box style={{ overflowX: 'auto' }} tabIndex={0}>
      <table>{children}</table>
    </Box>
  );
}
