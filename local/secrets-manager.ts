import { createServer, type IncomingMessage } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import type { SecretValues } from './secret-values.ts';

/**
 * Secrets Manager's `GetSecretValue` over its real protocol (AWS JSON 1.1); its other actions are refused by name.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function startSecretsManager(secrets: SecretValues): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request.headers['x-amz-target'], await readJson(request), secrets);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  return listenOnLoopback(server, 0);
}

function answer(
  target: unknown,
  input: Record<string, unknown>,
  secrets: SecretValues,
): { status: number; body: object } {
  if (target !== 'secretsmanager.GetSecretValue') {
    return {
      status: 400,
      body: { __type: 'UnknownOperationException', Message: `not on a laptop: ${String(target)}` },
    };
  }
  const found = typeof input.SecretId === 'string' ? secrets(input.SecretId) : undefined;
  const stage = input.VersionStage ?? 'AWSCURRENT';
  if (!found || stage !== 'AWSCURRENT' || (input.VersionId !== undefined && input.VersionId !== found.versionId)) {
    const Message = found
      ? `Secrets Manager can't find the specified secret value for staging label: ${String(stage)}`
      : "Secrets Manager can't find the specified secret.";
    return { status: 400, body: { __type: 'ResourceNotFoundException', Message } };
  }
  return {
    status: 200,
    body: {
      ARN: found.arn,
      Name: found.name,
      SecretString: found.value,
      VersionId: found.versionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: Date.parse(found.createdAt) / 1000,
    },
  };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return {};
  }
}
