import type { APIGatewayProxyResult } from 'aws-lambda';

/** An HTTP answer as the dialects make it. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** Text, or the bytes of a picture. */
  body: string | Buffer;
}

export const toProxyResult = ({ status, headers, body }: HttpResponse): APIGatewayProxyResult => ({
  statusCode: status,
  headers,
  ...(typeof body === 'string' ? { body } : { body: body.toString('base64'), isBase64Encoded: true }),
});
