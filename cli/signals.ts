/** Settles at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilSignal(onSecond: () => void = () => undefined): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const heard = (signal: NodeJS.Signals): void => {
      if (asked) {
        onSecond();
        process.exit(signal === 'SIGINT' ? 130 : 143);
      }
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', heard);
    process.on('SIGTERM', heard);
  });
}
