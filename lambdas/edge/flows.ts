import type { Upload, UploadState } from '../core/change.ts';
import type { BucketStatus } from '../core/change-rate.ts';
import type { SignedCredential } from '../core/credential.ts';
import type { CheckedPicture, Photo, RequestedCrop } from '../core/photo.ts';
import type { RateLimitStatus } from '../core/rate-limit.ts';
import type {
  CredentialRefusal,
  CropRefusal,
  FormRefusal,
  LookUpRefusal,
  PictureRefusal,
  RepeatRefusal,
} from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { ServiceLimits } from '../core/service-limits.ts';
import type { RateLimitDecision, SlackTier } from '../core/slack-rate-limits.ts';
import type { Ticket } from '../core/ticket.ts';
import type { Source } from '../core/upload-policy.ts';
import type { BearerCaller, Caller, User, UserChange, UserQuery } from '../core/user.ts';
import type { Webhook, WebhookEvent, WebhookRefusal, WebhookTest, WebhookWithSecret } from '../core/webhook.ts';
import type { TwitterEndpoint } from './twitter/rate-limits.ts';

/**
 * What a dialect may ask to be done, in the words of the core. The entries bind these to the flow and its stores, so
 * that `edge/` knows neither.
 */
export interface SharedFlows {
  /** Sites whose pages may call `/v1`. */
  readonly allowedOrigins: readonly string[];
  /** The limits of this deployment. */
  readonly serviceLimits: ServiceLimits;
  /** Who a bearer token speaks for. */
  authenticate(
    token: string | undefined,
    viewerAddress: string,
    begin?: BeginForUser,
  ): Promise<Result<BearerCaller, CredentialRefusal>>;
  /** Who a token of the identity provider speaks for; absent where the deployment has no provider. */
  authenticateIdentity?: (
    token: string,
    viewerAddress: string,
  ) => Promise<Result<Caller, CredentialRefusal | LookUpRefusal>>;
  /** Who calls a Slack method, and one less of the calls that their team and app have. */
  authenticateSlackCall(
    call: SlackCallToAuthenticate,
    begin?: (granted: GrantedToken) => void,
  ): Promise<Result<AuthenticatedSlackCall, CredentialRefusal>>;
  /** Who a signed request speaks for. */
  authenticateSigned(signed: SignedCredential, begin?: BeginForUser): Promise<Result<Caller, CredentialRefusal>>;
  /** Who asks one of Twitter's endpoints, and one less of the requests that they have. `beginVerified` is for what only a verified caller may cause. */
  authenticateTwitterCall(
    endpoint: TwitterEndpoint,
    signed: SignedCredential,
    begin?: () => void,
    beginVerified?: (caller: Caller) => void,
  ): Promise<Result<AuthenticatedTwitterCall, CredentialRefusal>>;
}

/** Begins what can go on while a caller is looked up, as every `begin` here: called at most once, and only where the credential is good. It must not wait, or throw. */
type BeginForUser = (userId: string) => void;

/** What a token that is good says of itself. */
export type GrantedToken = Pick<BearerCaller, 'tokenKind' | 'scopes'>;

interface SlackCallToAuthenticate {
  token: string | undefined;
  viewerAddress: string;
  method: string;
  tier: SlackTier;
}

interface AuthenticatedSlackCall {
  caller: BearerCaller;
  rateLimit: RateLimitDecision | Promise<RateLimitDecision>;
}

interface AuthenticatedTwitterCall {
  caller: Caller;
  rateLimit: RateLimitStatus;
}

export interface ReadFlows extends SharedFlows {
  findById(id: string): Promise<Result<User, LookUpRefusal>>;
  findByScreenName(screenName: string): Promise<Result<User, LookUpRefusal>>;
  /** Of whatever team. */
  findBySlackId(slackId: string): Promise<Result<User, LookUpRefusal>>;
  /** One of the caller's own uploads, or the ticket for one; anybody's, for an administrator, who leaves a line of it. */
  upload(caller: Caller, uploadId: string): Promise<Upload | Ticket | undefined>;
}

export interface ChangeFlows extends SharedFlows {
  /** Whether a picture can become a photo; begun before `setPhoto`, it is not done again there. */
  checkPicture(picture: PictureSent): Promise<Result<CheckedPicture, PictureRefusal | CropRefusal | FormRefusal>>;
  setPhoto(upload: PhotoUpload): Promise<Result<AcknowledgedPhoto, UploadRefusal>>;
  /** Lets one file be sent straight to S3. */
  issueTicket(file: TicketToIssue): Promise<IssuedTicket>;
  /** The row of an upload that may have come before. */
  findRepeat(uploadId: string): Promise<Upload | undefined>;
  /** Known to have no changes left by `/v1`. Asks nobody. */
  hasNoChanges(userId: string): boolean;
  /** Takes one of the changes that a user has by `/v1`; `id` names what may be asked for again. None for a repeat of one that was made. */
  consumeChange(change: { userId: string; id: string; isRepeat: boolean }): Promise<BucketStatus>;
  /** The user's record afterwards; undefined when there is no active user any more. */
  deletePhoto(userId: string): Promise<User | undefined>;
  /** The user's record afterwards; undefined when there is no photo to go back to. */
  undoPhoto(userId: string): Promise<User | undefined>;
  /** The user's record afterwards. */
  restorePhoto(userId: string, version: string): Promise<Result<User, LookUpRefusal>>;
  /** Whether a user may be found by the hash of their e-mail address. False when there is no such user any more. */
  setAvatar(userId: string, isShown: boolean): Promise<boolean>;
  /** What administrators do; absent where there are none. */
  administer?: AdministerFlows;
  /** Stops the user and has everything of them removed; undefined when there is no such user. */
  eraseUser(userId: string): Promise<{ tombstoneDays: number } | undefined>;
}

export interface AdministerFlows {
  /** Users by what they are called; several may have one e-mail address. */
  find(query: UserQuery): Promise<User[]>;
  findById(id: string): Promise<Result<User, LookUpRefusal>>;
  /** The user's record afterwards. */
  change(user: User, change: UserChange): Promise<Result<User, LookUpRefusal>>;
  /** Leaves a line of what an administrator did, and to whom or what. */
  note(deed: AdministratorsDeed): void;
  /** Absent where webhooks are off. */
  webhooks?: WebhookFlows;
}

interface AdministratorsDeed {
  adminId: string;
  userIds?: string[];
  webhookId?: string | undefined;
  verb: string;
  path: string;
  status: number;
}

export interface WebhookFlows {
  /** Those that a public address may have. */
  ports: readonly number[];
  list(): Promise<ListedWebhook[]>;
  find(id: string): Promise<ListedWebhook | undefined>;
  /** @param baseUrl where the service is: on a laptop its own loopback is allowed */
  add(webhook: {
    url: string;
    events: WebhookEvent[];
    baseUrl: string;
  }): Promise<Result<WebhookWithSecret, WebhookRefusal>>;
  rotate(id: string): Promise<Result<WebhookWithSecret, WebhookRefusal>>;
  /** False when there is no such webhook. */
  setEnabled(id: string, isEnabled: boolean): Promise<boolean>;
  /** How many messages waited for it; undefined when there is no such webhook. */
  remove(id: string): Promise<number | undefined>;
  /** Undefined when there is no such webhook. */
  beginTest(id: string): Promise<WebhookTest | undefined>;
  test(testId: string): Promise<WebhookTest | undefined>;
}

/** A webhook, and how many messages wait for it. */
interface ListedWebhook {
  webhook: Webhook;
  waiting: number;
}

export type TicketToIssue = Pick<Ticket, 'userId' | 'mediaType' | 'bytes' | 'crop' | 'isAdministrators'>;

/** A ticket with the form that S3 takes: the fields first, and the file last. */
interface IssuedTicket {
  ticket: Ticket;
  form: { url: string; fields: Record<string, string> };
}

interface PictureSent {
  source: Source;
  bytes: Buffer;
  crop?: RequestedCrop;
  /** The media type that the picture came with, where it has to be the right one. */
  contentType?: string;
}

export interface PhotoUpload extends PictureSent {
  userId: string;
  checked?: ReturnType<ChangeFlows['checkPicture']>;
  /** Of an upload that may be sent again: its id, SHA-256 of its bytes, hex, and what is known of it. */
  repeatable?: { uploadId: string; digest: string; row: Upload | undefined; user: User };
  /** How long to wait until readers see the photo; 0 to answer as soon as it is safe. */
  maxWaitMs: number;
}

type UploadRefusal = PictureRefusal | CropRefusal | FormRefusal | CredentialRefusal | RepeatRefusal;

/** An acknowledged photo. */
export interface AcknowledgedPhoto {
  uploadId: string;
  /** The photo that was accepted; its names are known before it is shown. */
  photo: Photo;
  /** Where it stood when it was acknowledged. */
  state: UploadState;
  /** The user's record once this change, or a later one, is shown; absent when that was not waited for or took too long. */
  shownBy?: User;
}

/**
 * What an upload's answer says of it: its id, and whether it is shown. A wait may end early, and `queued` says that the photo is safe and
 * still to come; the words are those of `GET /v1/uploads/{id}`.
 */
export const uploadHeaders = ({ uploadId, photo, shownBy }: AcknowledgedPhoto): Record<string, string> => ({
  'x-upload-id': uploadId,
  'x-upload-state': shownBy === undefined ? 'queued' : shownBy.shown > photo.number ? 'superseded' : 'published',
});
