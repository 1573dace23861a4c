/** A way to break an invariant of docs/architecture.md, as an edit of the product. */
export interface Mutation {
  invariant: 1 | 2 | 3 | 4 | 5;
  what: string;
  file: string;
  /** It must be in the file exactly once. */
  from: string;
  to: string;
}

export const MUTATIONS: Mutation[] = [
  {
    invariant: 1,
    what: 'the answer does not wait until the job is queued',
    file: 'lambdas/flow/accept.ts',
    from: '    await stores.jobs.send(jobOf(row));',
    to: '    void stores.jobs.send(jobOf(row)).catch(() => undefined);',
  },
  {
    invariant: 1,
    what: 'the answer does not wait until the raw file is stored',
    file: 'lambdas/flow/accept.ts',
    from: '    raw.put(key, upload.bytes),',
    to: '    void raw.put(key, upload.bytes).catch(() => undefined),',
  },
  {
    invariant: 1,
    what: 'a raw file that could not be stored goes unnoticed, since its number was given out',
    file: 'lambdas/flow/accept.ts',
    from: "  if (stored.status === 'rejected') throw stored.reason;\n",
    to: '',
  },
  {
    invariant: 1,
    what: 'a raw file that could not be read beside the record is taken for one that is gone',
    file: 'lambdas/flow/process-job.ts',
    from: '  const raw = await reading;',
    to: '  const raw = await reading.catch(() => undefined);',
  },
  {
    invariant: 1,
    what: 'a file that came by ticket is removed before it is taken',
    file: 'lambdas/flow/take-ticket.ts',
    from: "  if (isTooLate(row, found.lastModified)) return done({ outcome: 'late' });",
    to: "  await stores.files.remove(file.key);\n  if (isTooLate(row, found.lastModified)) return done({ outcome: 'late' });",
  },
  {
    invariant: 2,
    what: 'the record points at the new photo before its pictures are stored',
    file: 'lambdas/flow/process-job.ts',
    from: '  await Promise.all(\n    rendered.value.renditions.map(',
    to: '  await publish(user, photo, stores.users);\n  await Promise.all(\n    rendered.value.renditions.map(',
  },
  {
    invariant: 2,
    what: 'a delete removes the pictures before the record stops showing them',
    file: 'lambdas/flow/delete-photo.ts',
    from: '    if (!(await stores.users.clear(user, number, photosOf(user)))) continue;',
    to:
      '    for (const { version } of photosOf(user)) await stores.photos.removeAll(`${userId}/${version}/`);\n' +
      '    if (!(await stores.users.clear(user, number, photosOf(user)))) continue;',
  },
  {
    invariant: 2,
    what: 'a photo that is restored retires the one that it replaces',
    file: 'lambdas/flow/restore-photo.ts',
    from: '    const shown = await users.show(user, number, step.photo, step.history, []);',
    to: '    const shown = await users.show(user, number, step.photo, step.history, user.photo ? [user.photo] : []);',
  },
  {
    invariant: 3,
    what: 'the change that comes last wins, whatever its number',
    file: 'lambdas/core/change.ts',
    from: "  return user.shown > number ? 'superseded' : 'due';",
    to: "  return 'due';",
  },
  {
    invariant: 3,
    what: 'a photo is shown though another change was shown since the record was read',
    file: 'lambdas/store/users.ts',
    from: '          UpdateExpression: `SET photo = :photo, history = :history, shown = :number${addEvicted(evicted)}`,\n          ConditionExpression: `${ACTIVE} AND shown = :read`,',
    to: '          UpdateExpression: `SET photo = :photo, history = :history, shown = :number${addEvicted(evicted)}`,\n          ConditionExpression: `${ACTIVE} AND (shown = :read OR shown <> :read)`,',
  },
  {
    invariant: 4,
    what: 'a message that comes again is taken for one that is too late',
    file: 'lambdas/core/change.ts',
    from: "  if (user.shown === number || photoOf(user, number) !== undefined) return 'done';",
    to: "  if (user.shown >= number) return 'superseded';",
  },
  {
    invariant: 3,
    what: 'a later file of a ticket takes the place of the first',
    file: 'lambdas/store/uploads.ts',
    from: '`attribute_not_exists(id) OR ${IS_WAITING}`',
    to: '`attribute_not_exists(id) OR ${IS_WAITING} OR #state <> :waiting`',
  },
  {
    invariant: 4,
    what: 'whoever dies between the row of a file that came by ticket and its job is not made good for',
    file: 'lambdas/flow/take-ticket.ts',
    from: "    if (row.state === 'queued') await stores.jobs.send(jobOfUpload(row));\n",
    to: '',
  },
  {
    invariant: 4,
    what: 'evicted pictures are forgotten before they are deleted',
    file: 'lambdas/flow/delete-evicted.ts',
    from: '  for (const photo of evicted) {',
    to: '  if (evicted.length > 0) await stores.users.removeEvicted(userId, evicted);\n  for (const photo of evicted) {',
  },
  {
    invariant: 4,
    what: 'numbers are not counted up, but set to one',
    file: 'lambdas/store/users.ts',
    from: "          UpdateExpression: 'SET changed_at = :at REMOVE imported_from, imported_at, imported_sequencer ADD seq :one',",
    to: "          UpdateExpression: 'SET changed_at = :at, seq = :one REMOVE imported_from, imported_at, imported_sequencer',",
  },
  {
    invariant: 5,
    what: 'a picture is public before it is known to be allowed',
    file: 'lambdas/flow/process-job.ts',
    from: '  const rendered = await render(raw, {',
    to:
      "  await stores.photos.put(`${versionPrefix(job.userId, versionOf(job.uploadId))}24x24.png`, raw, 'image/png');\n" +
      '  const rendered = await render(raw, {',
  },
  {
    invariant: 5,
    what: 'a picture is kept before it is looked at',
    file: 'lambdas/flow/accept.ts',
    from: '  const checked = await (upload.checked ?? checkPicture(upload));',
    to:
      '  await stores.raw.put(rawKey(userId, uploadId, digest), upload.bytes);\n' +
      '  const checked = await (upload.checked ?? checkPicture(upload));',
  },
  {
    invariant: 5,
    what: 'a file that came by ticket and was refused stays',
    file: 'lambdas/flow/take-ticket.ts',
    from: "    return done(isNow ? { outcome: 'refused', refusal } : { outcome: 'later' });",
    to: "    return isNow ? { outcome: 'refused', refusal } : { outcome: 'later' };",
  },
  {
    invariant: 5,
    what: 'tickets of whoever is erased stay',
    file: 'lambdas/flow/erase.ts',
    from: '  for (const id of await tickets.idsOf(userId)) if (await uploads.remove(id)) removed.rows++;\n',
    to: '',
  },
  {
    invariant: 5,
    what: 'a raw file stays that was stored beside a number which was refused',
    file: 'lambdas/flow/accept.ts',
    from: '    if (!isShared) await afterFirstWrite(() => raw.remove([key]));\n',
    to: '',
  },
];
