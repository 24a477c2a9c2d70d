import { Alert } from '@mantine/core';
import { useEffect, useRef } from 'react';

/** Why a form was not taken, where that is no matter of a field; comes into sight by itself. */
export function Refusals({ title, messages }: { title: string; messages: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (messages.length > 0) box.current?.scrollIntoView({ block: 'center' });
  }, [messages]);
  if (messages.length === 0) return null;
  return (
    <div ref={box}>
      <Alert color="red" role="alert" title={title}>
        {messages.map((message) => (
          <div key={message}>{message}</div>
        ))}
      </Alert>
    </div>
  );
}
