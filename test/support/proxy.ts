import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that can be cut and mended, or made to swallow everything. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: 'open' | 'cut' | 'silent' = 'open';

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((inner) => {
      if (this.#mode === 'cut') {
        inner.destroy();
        return;
      }
      const outer = connect(target);
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (chunk) => {
          if (this.#mode !== 'silent') to.write(chunk);
        });
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  static async to(address: string): Promise<Proxy> {
    const [host = '', port = ''] = address.split(':');
    const proxy = new Proxy({ host, port: Number(port) });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    const bound = this.#server.address();
    return `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  }

  /** Those that are open, to the proxy and from it. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Drops connections and refuses new ones. */
  cut(): void {
    this.#mode = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Takes bytes and passes none on. */
  silence(): void {
    this.#mode = 'silent';
  }

  mend(): void {
    if (this.#mode === 'silent') for (const socket of this.#sockets) socket.destroy();
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
