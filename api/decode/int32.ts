import { z } from 'zod';

/** 32 bits, as the columns have. */
export const int32 = z
  .number('expected a whole number')
  .int('expected a whole number')
  .min(-2_147_483_648, 'out of range')
  .max(2_147_483_647, 'out of range');
