import { useAws } from './aws.ts';
import { startMoto, type Moto } from './provision/moto.ts';

/** Moto for the tests of a file or `describe`: see `useAws`. */
export function useMoto(prepare: (moto: Moto) => Promise<void>): void {
  useAws(startMoto, prepare);
}
