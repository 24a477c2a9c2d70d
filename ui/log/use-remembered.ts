import { useState } from 'react';

/** A choice of the reader that this browser keeps, off at first. */
export function useRemembered(name: string): [boolean, (on: boolean) => void] {
  const key = `flotilla.${name}`;
  const [on, setOn] = useState(() => localStorage.getItem(key) === 'on');
  const choose = (next: boolean): void => {
    localStorage.setItem(key, next ? 'on' : 'off');
    setOn(next);
  };
  return [on, choose];
}
