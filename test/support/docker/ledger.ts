import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';

/**
 * Where containers write that they ran: evidence from outside of the daemon. They reach it over the
 * host's network, by bash's own means, and go on once their line is on record.
 */
export class ContainerLedger {
  readonly #server: Server;
  readonly #lines: string[] = [];

  constructor() {
    this.#server = createServer((socket) => {
      let text = '';
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        if (!text.endsWith('\n')) return;
        this.#lines.push(...text.trimEnd().split('\n'));
        socket.end('noted\n');
      });
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** A command that writes a line. */
  note(text: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `(exec 3<>/dev/tcp/127.0.0.1/${port} && echo ${text} >&3 && read -r -t 10 <&3)`;
  }

  /** The same with the run and the attempt. */
  noteAttempt(text: string): string {
    return this.note(`${text} $FLOTILLA_RUN_ID $FLOTILLA_RUN_ATTEMPT`);
  }

  lines(): string[] {
    return [...this.#lines];
  }

  /** The attempts of a run that wrote this text, in order. */
  attempts(text: string, runId: string): number[] {
    return this.#lines
      .map((line) => line.split(' '))
      .filter(([first, run]) => first === text && run === runId)
      .map(([, , attempt]) => Number(attempt));
  }
}
