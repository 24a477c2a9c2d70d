import { FlotillaError, isAbort, messageOf, type ErrorCode } from '../domain/errors.ts';

/** How an engine of AWS tells its errors. */
export interface ErrorTerms {
  /** An error of the SDK in the terms of the contract; a FlotillaError and an abort are left as they are. */
  toFlotillaError(error: unknown, what: string): unknown;
  /** Runs calls, their errors in the terms of the contract. */
  asked<T>(what: string, call: () => Promise<T>): Promise<T>;
}

/** @param codeOf what an error of the SDK means to the contract */
export function errorTerms(codeOf: (error: unknown) => ErrorCode): ErrorTerms {
  const toFlotillaError = (error: unknown, what: string): unknown => {
    if (error instanceof FlotillaError) return error;
    if (isAbort(error)) return error;
    const name = error instanceof Error ? `${error.name}: ` : '';
    const text = `${what}: ${name}${messageOf(error)}`;
    return new FlotillaError(codeOf(error), text, { cause: error });
  };
  return {
    toFlotillaError,
    async asked(what, call) {
      try {
        return await call();
      } catch (error) {
        throw toFlotillaError(error, what);
      }
    },
  };
}
