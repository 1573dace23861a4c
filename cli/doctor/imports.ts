import { reportOf } from '../../lambdas/flow/import-report.ts';
import { poll } from './call-api.ts';
import { type Check, fail, ok } from './check.ts';
import { type DoctorContext, MissingStep, peopleOf } from './context.ts';
import { cutPicture, makePicture } from './pictures.ts';

/**
 * Each line fills a part of a manifest (64 KiB), and the function goes on by a message to itself. Lambda stops a loop
 * after some 16.
 */
const LINES = 22;
const NOTE = 'x'.repeat(60_000);
/** The time since they were put, and the longest without progress, which is long for a part and its photo. */
const MAX_MS = 45_000;
const MAX_STILL_MS = 10_000;

const folderOf = ({ run }: DoctorContext) => `doctor-${run}-folder`;
const listOf = ({ run }: DoctorContext) => `doctor-${run}-list`;

/**
 * Puts an import by objects and one by manifest, with a bad file in each. They belong to this run's users, and are
 * removed with them.
 */
export async function putImports(context: DoctorContext): Promise<void> {
  const { list, imports } = context;
  // Not the user of the other checks: their later changes would come before the reason why a file is refused.
  const { folder, listed } = peopleOf(context);
  const [good, cut] = [await makePicture('png', 20), await cutPicture()];
  for (const batch of [folderOf(context), listOf(context)]) list.add({ kind: 'import', batch, putAtMs: Date.now() });
  await imports.files.put(`imports/${folderOf(context)}/${folder.screenName}.png`, good.bytes);
  await imports.files.put(`imports/${folderOf(context)}/${listed.screenName}.jpg`, cut);
  const names = Array.from({ length: LINES - 2 }, (_, index) => `none-${index}.jpg`);
  const lines = [...names, 'cut.jpg'].map((name) => `${name},${folder.screenName},${NOTE}`);
  // The good one last: a chain that stops never comes to it.
  const text = `file,user,note\n${[...lines, `good.png,${listed.screenName},${NOTE}`].join('\n')}\n`;
  await imports.files.put(`manifests/${listOf(context)}/cut.jpg`, cut);
  await imports.files.put(`manifests/${listOf(context)}/good.png`, good.bytes);
  await imports.files.put(`manifests/${listOf(context)}/manifest.csv`, Buffer.from(text));
  context.importsPutMs = Date.now();
}

export const IMPORTS: Check[] = [
  {
    name: 'doctor-import-folder',
    group: 'imports',
    meaning: 'Files in the imports bucket do not become photos, or a bad one is not refused.',
    next: "`headshot dlq list`. Then S3's notification to the queue `intake`, its mapping, and the logs of OnImport and OnJob.",
    run: (context) => reportCheck(context, folderOf(context), 2),
  },
  {
    name: 'doctor-import-manifest',
    group: 'imports',
    meaning: `A manifest of ${LINES} parts is not read to its end.`,
    next: '`doctor-recursion` comes first. Then the log of OnImport, and `headshot dlq list`.',
    run: (context) => reportCheck(context, listOf(context), LINES),
  },
];

/** Every line has an outcome: one photo shown, one damaged file refused, none under way. */
async function reportCheck(context: DoctorContext, batch: string, lines: number) {
  peopleOf(context);
  if (context.importsPutMs === undefined) throw new MissingStep('the imports could not be put');
  const read = async () => Array.fromAsync(reportOf(batch, context.imports));
  const isEnd = (rows: Awaited<ReturnType<typeof read>>) =>
    rows.length >= lines && rows.every(({ outcome }) => outcome !== 'queued');
  let [last, lastMs] = ['', Date.now()];
  const isOver = (rows: Awaited<ReturnType<typeof read>>) => {
    const now = JSON.stringify(rows.map(({ outcome }) => outcome));
    if (now !== last) [last, lastMs] = [now, Date.now()];
    return isEnd(rows) || Date.now() - lastMs > (context.isStuck ? 2_000 : MAX_STILL_MS);
  };
  const rows = await poll(read, isOver, Math.max(MAX_MS - (Date.now() - context.importsPutMs), 5_000));
  const published = rows.filter(({ outcome }) => outcome === 'published').length;
  const corrupt = rows.filter(({ reason }) => reason.includes('corrupt')).length;
  const said = `${rows.length} of ${lines} lines, ${published} published, ${corrupt} damaged`;
  return isEnd(rows) && published === 1 && corrupt === 1 ? ok(said) : fail(said);
}
