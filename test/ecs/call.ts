import { expect } from 'vitest';

/** A call of a service that the tests have no client for, in the JSON protocol of AWS. */
export async function callJson(
  endpoint: string,
  service: string,
  target: string,
  body: Record<string, unknown>,
): Promise<unknown> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return JSON.parse(await call(endpoint, service, headers, JSON.stringify(body)));
}

/** Any call; moto tells services apart by the scope of the signature, which it does not check. */
export async function call(
  endpoint: string,
  service: string,
  headers: Record<string, string>,
  body: string,
): Promise<string> {
  const scope = `test/20300101/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=x`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization, ...headers },
    body,
  });
  expect(response.status).toBe(200);
  return response.text();
}
