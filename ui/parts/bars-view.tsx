import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import type { Bar } from './bar.ts';

export interface BarsViewProps {
  bars: Bar[];
  /** The key of a bar that names it below the axis. */
  nameKey: string;
  series: { name: string; label: string; color: string }[];
  /** Pixels. */
  height: number;
  format?: (value: number) => string;
  onPick?: (bar: Bar) => void;
}

export function BarsView({ bars, nameKey, series, height, format, onPick }: BarsViewProps) {
  return (
    <BarChart
      h={height}
      data={bars}
      dataKey={nameKey}
      type="stacked"
      series={series}
      valueFormatter={format ?? String}
      gridAxis="x"
      tickLine="none"
      maxBarWidth={28}
      tooltipAnimationDuration={0}
      tooltipProps={{ filterNull: true }}
      xAxisProps={{ minTickGap: 24, interval: 'preserveStartEnd' }}
      yAxisProps={{ width: 56, allowDecimals: false }}
      barProps={{
        isAnimationActive: false,
        ...(onPick === undefined
          ? {}
          : { cursor: 'pointer', onClick: ({ payload }) => onPick(payload as Bar) }),
      }}
    />
  );
}
