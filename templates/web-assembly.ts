/* As much of the JavaScript API of WebAssembly as is used here; the types of Node 20 have none of it. */

/** Of a module, compiled; threads share it. */
export interface WasmModule {
  readonly [kind: symbol]: 'module';
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What a program for WASI begins with. */
export const START = '_start';

export interface WasmProgram {
  memory: WasmMemory;
  [START](): void;
}

export type WasmImports = Record<string, Record<string, (...args: never[]) => number>>;

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Instance: new (module: WasmModule, imports: WasmImports) => { exports: WasmProgram };
}

export const { compile, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
  .WebAssembly;
