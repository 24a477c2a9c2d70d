import { useAws } from '../aws.ts';
import { startSpark, type Spark, type SparkOptions } from './start-spark.ts';

/** An EMR for the tests of a file or `describe`: see `useAws`. */
export function useSpark(
  prepare: (spark: Spark) => Promise<void> | void,
  options: Omit<SparkOptions, 'python'> = {},
): void {
  useAws((found) => startSpark({ ...found, ...options }), prepare);
}
