import { readdirSync, readFileSync } from 'node:fs';
import { LARGE } from './hostile/large-files.ts';
import { testWorld, eventually } from './world.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { s3Client } from '../lambdas/store/aws-clients.ts';
const world = await testWorld();
const files = importFiles(s3Client(), world.laptop.running.outputs.BucketImports!);
const read = (f: string) => { try { return readFileSync(f, 'utf8'); } catch { return ''; } };
const peak = () => readdirSync('/proc').filter((n) => /^\d+$/.test(n)).flatMap((pid) => {
  if (!read(`/proc/${pid}/cmdline`).includes('local/bootstrap.mjs') || !read(`/proc/${pid}/status`).includes(`PPid:\t${process.pid}\n`)) return [];
  const name = /AWS_LAMBDA_FUNCTION_NAME=On([A-Z][a-z]+)/.exec(read(`/proc/${pid}/environ`))?.[1];
  return [`${name} ${Math.round(Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1])/1000)} MB`];
}).join(', ');
for (const [format, type] of [['jpeg','image/jpeg'],['png','image/png'],['webp','image/webp'],['heic','image/heic']] as const) {
  const file = await LARGE[format][0]!.make();
  for (let turn = 0; turn < 3; turn++) {
    const user = await world.newUser();
    const asked = await (await fetch(`${world.url}/v1/photo/uploads`, { method: 'POST', headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ media_type: type, bytes: file.length }) })).json() as any;
    const form = new FormData();
    for (const [n, v] of Object.entries(asked.fields)) form.append(n, v as string);
    form.append('file', new Blob([new Uint8Array(file)]), 'x');
    const t0 = performance.now();
    const sent = await fetch(asked.url, { method: 'POST', body: form });
    const t1 = performance.now();
    const row = await eventually(() => world.stores.uploads.find(asked.upload_id), (r: any) => !['waiting','queued'].includes(r?.state), 20_000) as any;
    console.log(format, 'ticket', sent.status, row?.state, row?.refusal?.code ?? row?.reason ?? '', `sent ${Math.round(t1-t0)} ms, shown ${Math.round(performance.now()-t1)} ms after`);
  }
  const user = await world.newUser();
  await new Promise(r => setTimeout(r, 1100));
  await files.put(`imports/big/${user.screenName}.${format}`, file);
  const seen = await eventually(() => world.stores.users.get(user.id), (u) => u?.photo !== undefined, 20_000);
  console.log(format, 'import', seen?.photo !== undefined ? 'shown' : 'NOT shown');
  console.log(peak());
}
await world.end();
process.exit(0);
