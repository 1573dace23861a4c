import { createServer, type IncomingMessage } from 'node:http';
import * as z from 'zod';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import type { Secret, Secrets, SecretVersion } from './secret-values.ts';

/**
 * Secrets Manager over its real protocol (AWS JSON 1.1), as far as secrets are read and rotated. It refuses other
 * actions by name. https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export function startSecretsManager(secrets: Secrets): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request.headers['x-amz-target'], await readJson(request), secrets);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  return listenOnLoopback(server, 0);
}

interface HttpResponse {
  status: number;
  body: object;
}

type Action = (secret: Secret, input: unknown, secrets: Secrets) => HttpResponse;

const ACTIONS: Record<string, Action> = {
  'secretsmanager.GetSecretValue': getSecretValue,
  'secretsmanager.PutSecretValue': putSecretValue,
  'secretsmanager.UpdateSecretVersionStage': updateSecretVersionStage,
};

function answer(target: unknown, input: unknown, secrets: Secrets): HttpResponse {
  const action = ACTIONS[String(target)];
  if (action === undefined) return refused('UnknownOperationException', `not on a laptop: ${String(target)}`);
  const named = z.object({ SecretId: z.string() }).safeParse(input);
  const secret = named.success ? secrets.find(named.data.SecretId) : undefined;
  if (!secret) return refused('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return action(secret, input, secrets);
}

const getInput = z.object({ VersionId: z.string().optional(), VersionStage: z.string().optional() });

function getSecretValue({ arn, name, versions }: Secret, input: unknown): HttpResponse {
  const { VersionId: id, VersionStage } = getInput.parse(input);
  // If neither is given, the current version. If both are, they must be of the same version.
  const stage = VersionStage ?? (id === undefined ? CURRENT : undefined);
  const found = versions.find(
    (one) => (id === undefined || one.id === id) && (stage === undefined || one.stages.includes(stage)),
  );
  if (!found) {
    const by = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
    return refused('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${by}`);
  }
  return done({
    ARN: arn,
    Name: name,
    SecretString: found.value,
    VersionId: found.id,
    VersionStages: found.stages,
    CreatedDate: Date.parse(found.createdAt) / 1000,
  });
}

const putInput = z.object({
  SecretString: z.string().min(1).max(65_536),
  ClientRequestToken: z.string().min(32).max(64),
});

/** Always as the current version: nothing here asks for another label. The same token again is the same call again. */
function putSecretValue({ arn, name, versions }: Secret, input: unknown, secrets: Secrets): HttpResponse {
  const read = putInput.safeParse(input);
  if (!read.success) return refused('InvalidParameterException', 'SecretString and ClientRequestToken are needed.');
  const { ClientRequestToken: id, SecretString: value } = read.data;
  const known = versions.find((one) => one.id === id);
  if (known && known.value !== value) {
    return refused('ResourceExistsException', 'A version with this token has another value already.');
  }
  const after = known
    ? versions
    : moved([...versions, { id, value, stages: [], createdAt: new Date().toISOString() }], CURRENT, id);
  if (!known) secrets.setVersions(name, after);
  const stages = after.find((one) => one.id === id)?.stages ?? [];
  return done({ ARN: arn, Name: name, VersionId: id, VersionStages: stages });
}

const stageInput = z.object({
  VersionStage: z.string().min(1),
  RemoveFromVersionId: z.string().optional(),
  MoveToVersionId: z.string().optional(),
});

function updateSecretVersionStage({ arn, name, versions }: Secret, input: unknown, secrets: Secrets): HttpResponse {
  const read = stageInput.safeParse(input);
  if (!read.success) return refused('InvalidParameterException', 'VersionStage is needed.');
  const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = read.data;
  const holder = versions.find(({ stages }) => stages.includes(stage));
  if ([from, to].some((id) => id !== undefined && !versions.some((one) => one.id === id))) {
    return refused('ResourceNotFoundException', "Secrets Manager can't find the specified secret version.");
  }
  if (holder?.id !== from && holder?.id !== to) {
    return refused('InvalidParameterException', `${stage} is attached to version ${holder?.id}.`);
  }
  if (stage === CURRENT && to === undefined) {
    return refused('InvalidParameterException', `${CURRENT} can be moved, and not be removed.`);
  }
  secrets.setVersions(name, moved(versions, stage, to));
  return done({ ARN: arn, Name: name });
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/**
 * A label is on one version at most. Whoever loses `AWSCURRENT` gets `AWSPREVIOUS`, and a version without a label goes.
 */
function moved(versions: SecretVersion[], stage: string, to: string | undefined): SecretVersion[] {
  const loser = versions.find(({ id, stages }) => stages.includes(stage) && id !== to)?.id;
  const relabelled = versions.map((one) => ({
    ...one,
    stages: [...one.stages.filter((other) => other !== stage), ...(one.id === to ? [stage] : [])],
  }));
  if (stage === CURRENT && loser !== undefined) return moved(relabelled, PREVIOUS, loser);
  return relabelled.filter(({ stages }) => stages.length > 0);
}

const done = (body: object): HttpResponse => ({ status: 200, body });

const refused = (__type: string, Message: string): HttpResponse => ({ status: 400, body: { __type, Message } });

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return {};
  }
}
