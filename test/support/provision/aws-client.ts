/** What clients of the SDK are made with. */
export interface AwsClient {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** For an AWS of the tests, which takes any credentials. */
export function awsClientAt(endpoint: string): AwsClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials };
}
