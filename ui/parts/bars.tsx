import { Skeleton, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { BarsViewProps } from './bars-view.tsx';

const View = lazy(async () => ({ default: (await import('./bars-view.tsx')).BarsView }));

export interface BarsProps extends BarsViewProps {
  /** What the chart shows, for those who do not see it. */
  label: string;
}

/** A chart of stacked bars; its code comes when the first one is shown. */
export function Bars({ label, ...props }: BarsProps) {
  return (
    <figure aria-label={label} style={{ margin: 0 }}>
      <Suspense fallback={<Skeleton h={props.height} />}>
        <View {...props} />
      </Suspense>
      <VisuallyHidden component="figcaption">{label}</VisuallyHidden>
    </figure>
  );
}
