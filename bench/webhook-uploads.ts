import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WEBHOOK_EVENTS } from '../lambdas/core/webhook.ts';
import { addWebhook, removeWebhook } from '../lambdas/flow/webhooks.ts';
import { outboundRules } from '../lambdas/outbound/rules.ts';
import { dynamoClient, secretsManagerClient } from '../lambdas/store/aws-clients.ts';
import { secretStore } from '../lambdas/store/secrets.ts';
import { deliveryStore } from '../lambdas/store/webhook-deliveries.ts';
import { webhookStore } from '../lambdas/store/webhooks.ts';
import { projectAssembly } from '../local/kept-assembly.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { worldHere } from '../test/world.ts';
import { latencyRow, quantile, ratio, type Table } from './table.ts';

const ROUNDS = 6;
const UPLOADS_A_ROUND = 20;

/**
 * Uploads with and without a webhook receiver that accepts connections and never answers: in turn, in one run of a
 * twelve-place account.
 */
export async function webhookUploads(): Promise<Table> {
  const assembly = mkdtempSync(join(tmpdir(), 'headshot-hooks-'));
  await projectAssembly(assembly, { webhooks: 'true', accountConcurrency: '12' });
  const world = await worldHere(assembly, { concurrency: 12 });
  let asked = 0;
  const hanging = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((done) => hanging.listen(0, '127.0.0.1', done));
  const { outputs } = world.laptop.running;
  const db = dynamoClient();
  const secrets = secretStore(secretsManagerClient());
  const table = outputs.TableWebhooks ?? '';
  const stores = {
    webhooks: webhookStore(db, table),
    deliveries: deliveryStore(db, table),
    masterSecret: () => secrets.current(outputs.SecretMaster ?? ''),
    clock: Date.now,
  };
  const file = await jpeg({ picture: photoLike(1024, 1024, 3), quality: 80 });
  const user = await world.newUser();
  const upload = async (): Promise<number> => {
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(file)]));
    const startMs = performance.now();
    const answer = await fetch(`${world.url}/api/users.setPhoto`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${user.token}` },
    });
    if (!((await answer.json()) as { ok: boolean }).ok) throw new Error(`the upload was answered ${answer.status}`);
    return performance.now() - startMs;
  };
  const took = { without: [] as number[], withDead: [] as number[] };
  try {
    for (let count = 0; count < 10; count += 1) await upload();
    for (let round = 0; round < 2 * ROUNDS; round += 1) {
      const isDead = round % 2 === 1;
      const { port } = hanging.address() as AddressInfo;
      const added = isDead
        ? await addWebhook(
            { url: `http://127.0.0.1:${port}/${round}`, events: [...WEBHOOK_EVENTS] },
            outboundRules('http://127.0.0.1:3000', '443'),
            stores,
          )
        : undefined;
      for (let count = 0; count < UPLOADS_A_ROUND; count += 1)
        took[isDead ? 'withDead' : 'without'].push(await upload());
      if (added?.ok) await removeWebhook(added.value.webhook.id, stores);
    }
  } finally {
    hanging.closeAllConnections();
    hanging.close();
    await world.end();
    rmSync(assembly, { recursive: true, force: true });
  }
  // Otherwise nothing was measured.
  if (asked === 0) throw new Error('the receiver was never asked');
  const p95 = (list: number[]) => quantile(list, 0.95);
  return {
    name: 'webhook-uploads',
    title: "A JPEG of 1024×1024 through Slack's API until it is shown, milliseconds",
    columns: ['', 'min', 'p50', 'p95', 'max'],
    rows: [
      latencyRow(`without a webhook, ${took.without.length} uploads`, took.without),
      latencyRow(`with a receiver that never answers, ${took.withDead.length}`, took.withDead),
    ],
    goals: [
      {
        what: 'p95 with to p95 without',
        measured: ratio(p95(took.withDead), p95(took.without)),
        atMost: 1.1,
        unit: 'times',
      },
    ],
  };
}
