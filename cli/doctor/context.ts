import { randomBytes } from 'node:crypto';
import type { User } from '../../lambdas/core/user.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import type { IssuedCredentials } from '../../lambdas/flow/issue-credentials.ts';
import { type Account, account } from '../../lambdas/store/account.ts';
import { secretsManagerClient, snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { eventListener } from '../../lambdas/store/event-listener.ts';
import { connect } from '../connect.ts';
import { connectDeadLetters } from '../connect-dead-letters.ts';
import { connectErase } from '../connect-erase.ts';
import { connectImports } from '../connect-imports.ts';
import { output, type Target } from '../target.ts';
import { type CleanupList, cleanupList } from './cleanup-list.ts';
import type { Made } from './pictures.ts';

/** The result of another check, which this one needs, is missing. It is not this check's fault. */
export class MissingStep extends Error {}

export type Person = User & IssuedCredentials;

/** What a run knows and shares between its checks. */
export interface DoctorContext {
  target: Target;
  url: string;
  isLaptop: boolean;
  /** In the names of everything that this run makes. */
  run: string;
  list: CleanupList;
  connection: ReturnType<typeof connect>;
  erasing: ReturnType<typeof connectErase>;
  imports: ReturnType<typeof connectImports>;
  deadLetters: ReturnType<typeof connectDeadLetters>;
  listener: ReturnType<typeof eventListener>;
  /** Of a deployed stack. */
  account: Account;
  stackName: string;
  /** How long a photo may take to be shown, and a deletion to reach the CDN. */
  maxShowMs: number;
  /**
   * A photo was not shown in that time. The others then get only a moment, or a run would take many minutes to say so.
   */
  isStuck: boolean;
  maxInvalidationMs: number;
  /** Set by the check `doctor-users`. */
  people?: { main: Person; folder: Person; listed: Person };
  /** What the main user shows by now. */
  shown?: { made: Made; url: string };
  /** The URL of a deleted picture that the CDN had. */
  deletedUrl?: string;
  /** The queue that hears of photos, or why there is none. */
  eventsListener?: string | Error;
  /** When the imports were put, in milliseconds since 1970. */
  importsPutMs?: number;
  /** Of timed uploads: until the answer, and until the photo was shown. */
  timings: { answerMs: number[]; shownMs: number[] };
}

export function doctorContext(target: Target, stackName: string | undefined): DoctorContext {
  const isLaptop = target.aws_endpoint !== undefined;
  const sqs = sqsClient();
  const sns = snsClient();
  const topicArn = output(target, 'TopicPhotoEvents');
  return {
    target,
    url: target.url.replace(/\/$/, ''),
    isLaptop,
    run: randomBytes(4).toString('hex'),
    list: cleanupList(isLaptop ? 'laptop' : `${stackName}-${target.region}`),
    connection: connect(),
    erasing: connectErase(),
    imports: connectImports(),
    deadLetters: connectDeadLetters(),
    listener: eventListener(sqs, sns, topicArn, output(target, 'QueueSweeps')),
    account: account({
      stackName: stackName ?? '',
      region: target.region,
      accountId: topicArn.split(':')[4] ?? '',
      signer: () => sqs.config.credentials(),
      sns,
      secretsManager: secretsManagerClient(),
    }),
    stackName: stackName ?? '',
    // For cold functions and a CDN far away. By design it is at most five seconds, and a minute or so for an
    // invalidation.
    maxShowMs: isLaptop ? 8_000 : 15_000,
    isStuck: false,
    maxInvalidationMs: isLaptop ? 10_000 : 180_000,
    timings: { answerMs: [], shownMs: [] },
  };
}

/**
 * Makes a user for this run. The entry on the list comes first, with the name that leads to whatever was made of the
 * user. The e-mail address, where avatars need one, is of a domain that cannot exist (RFC 2606).
 */
export async function makePerson(letter: string, { run, list, connection }: DoctorContext): Promise<Person> {
  const screenName = `doctor_${run.slice(0, 7)}${letter}`;
  list.add({ kind: 'user', screenName });
  const email = connection.hasAvatars ? { email: `${screenName}@headshot.invalid` } : {};
  const created = await createUser({ screenName, name: 'Headshot doctor', ...email }, connection);
  if (!created.ok) throw new Error(created.refusal.code);
  return { ...created.value, ...(await connection.issue(created.value)) };
}

/** @throws MissingStep when there are none */
export function peopleOf({ people }: DoctorContext) {
  if (people === undefined) throw new MissingStep('it needs the users of `doctor-users`');
  return people;
}

/** @throws MissingStep when nothing is shown */
export function shownOf({ shown }: DoctorContext) {
  if (shown === undefined) throw new MissingStep('it needs a photo that is shown');
  return shown;
}
