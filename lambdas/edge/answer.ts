import type { APIGatewayProxyResult } from 'aws-lambda';

/** An HTTP answer as the dialects make it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** A complete JSON document, or nothing. */
  body: string;
}

export const toProxyResult = ({ status, headers, body }: Answer): APIGatewayProxyResult => ({
  statusCode: status,
  headers,
  body,
});
