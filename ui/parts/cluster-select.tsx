import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { clustersQuery } from '../api/cluster-queries.ts';

export type ClusterSelectProps = Omit<SelectProps, 'data' | 'value' | 'onChange'> & {
  value?: string | null;
  onChange?: (value: string | null) => void;
};

/** One of the clusters that there are, or none. */
export function ClusterSelect({ value = null, ...props }: ClusterSelectProps) {
  const { data } = useQuery(clustersQuery);
  const names = (data ?? []).map(({ name, engine, status }) => ({
    value: name,
    label: `${name} (${engine}${status === 'active' ? '' : `, ${status}`})`,
  }));
  const isKnown = value === null || names.some((one) => one.value === value);
  const unknown = isKnown ? [] : [{ value, label: value }];
  return <Select clearable searchable {...props} value={value} data={[...names, ...unknown]} />;
}
