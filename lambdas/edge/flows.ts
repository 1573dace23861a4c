import type { Upload, UploadState } from '../core/change.ts';
import type { SignedCredential } from '../core/credential.ts';
import type { CheckedPicture, Photo, RequestedCrop } from '../core/photo.ts';
import type { BucketStatus, RateLimitDecision, RateLimitStatus, SlackTier } from '../core/rate-limit.ts';
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
import type { Ticket } from '../core/ticket.ts';
import type { Source } from '../core/upload-policy.ts';
import type { BearerCaller, Caller, User, UserChange, UserQuery } from '../core/user.ts';
import type { Webhook, WebhookEvent, WebhookRefusal, WebhookTest, WebhookWithSecret } from '../core/webhook.ts';
import type { TwitterEndpoint } from './twitter/rate-limits.ts';

/**
 * What a dialect can have done, in the terms of the core. The entries bind these to the flow and its stores, so that
 * `edge/` knows neither.
 */
export interface SharedFlows {
  /** Sites whose pages may call `/v1`. */
  readonly allowedOrigins: readonly string[];
  /** The limits of this deployment. */
  readonly serviceLimits: ServiceLimits;
  /** The caller of a bearer token. */
  authenticate(
    token: string | undefined,
    viewerAddress: string,
    begin?: BeginForUser,
  ): Promise<Result<BearerCaller, CredentialRefusal>>;
  /** The caller of an identity provider's token; absent if the deployment has no provider. */
  authenticateIdentity?: (
    token: string,
    viewerAddress: string,
  ) => Promise<Result<Caller, CredentialRefusal | LookUpRefusal>>;
  /** The caller of a Slack method. Takes one call from their team's and app's limit. */
  authenticateSlackCall(
    call: SlackCallToAuthenticate,
    begin?: (granted: GrantedToken) => void,
  ): Promise<Result<AuthenticatedSlackCall, CredentialRefusal>>;
  /** The caller of a signed request. */
  authenticateSigned(signed: SignedCredential, begin?: BeginForUser): Promise<Result<Caller, CredentialRefusal>>;
  /**
   * The caller of a Twitter endpoint. Takes one request from their limit. `beginVerified` is for work that only a
   * verified caller may cause.
   */
  authenticateTwitterCall(
    endpoint: TwitterEndpoint,
    signed: SignedCredential,
    begin?: () => void,
    beginVerified?: (caller: Caller) => void,
  ): Promise<Result<AuthenticatedTwitterCall, CredentialRefusal>>;
}

/**
 * Starts work that can go on while the caller is looked up. This and every `begin` here is called at most once, and
 * only if the credential is good. It must neither wait nor throw.
 */
type BeginForUser = (userId: string) => void;

/** What a valid token says of itself. */
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
  /** Of any team. */
  findBySlackId(slackId: string): Promise<Result<User, LookUpRefusal>>;
  /** One of the caller's uploads, or its ticket. Administrators may see anybody's, which is logged. */
  upload(caller: Caller, uploadId: string): Promise<Upload | Ticket | undefined>;
}

export interface ChangeFlows extends SharedFlows {
  /** Whether a picture can become a photo. If started before `setPhoto`, it is not repeated there. */
  checkPicture(picture: PictureSent): Promise<Result<CheckedPicture, PictureRefusal | CropRefusal | FormRefusal>>;
  setPhoto(upload: PhotoUpload): Promise<Result<AcknowledgedPhoto, UploadRefusal>>;
  /** Lets one file be sent straight to S3. */
  issueTicket(file: TicketToIssue): Promise<IssuedTicket>;
  /** The row of an upload that may have been sent before. */
  findRepeat(uploadId: string): Promise<Upload | undefined>;
  /** Whether this process knows that the user has no changes left on `/v1`. Makes no call. */
  hasNoChanges(userId: string): boolean;
  /** Takes one of a user's changes on `/v1`, but none if a request is repeated. `id` names what may be sent again. */
  consumeChange(change: { userId: string; id: string; isRepeat: boolean }): Promise<BucketStatus>;
  /** Returns the new record; undefined if there is no active user. */
  deletePhoto(userId: string): Promise<User | undefined>;
  /** Returns the new record; undefined if the history is empty. */
  undoPhoto(userId: string): Promise<User | undefined>;
  /** Returns the new record. */
  restorePhoto(userId: string, version: string): Promise<Result<User, LookUpRefusal>>;
  /** Sets whether a user may be found by the hash of their e-mail address. False if there is no such user. */
  setAvatar(userId: string, isShown: boolean): Promise<boolean>;
  /** For administrators; absent if the deployment has none. */
  administer?: AdministerFlows;
  /** Stops the user and removes all that belongs to them; undefined if there is no such user. */
  eraseUser(userId: string): Promise<{ tombstoneDays: number } | undefined>;
}

export interface AdministerFlows {
  /** Several users may have one e-mail address. */
  find(query: UserQuery): Promise<User[]>;
  findById(id: string): Promise<Result<User, LookUpRefusal>>;
  /** Returns the new record. */
  change(user: User, change: UserChange): Promise<Result<User, LookUpRefusal>>;
  /** Logs what an administrator did, and to whom or what. */
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
  /** The ports allowed for a public address. */
  ports: readonly number[];
  list(): Promise<ListedWebhook[]>;
  find(id: string): Promise<ListedWebhook | undefined>;
  /** @param baseUrl where the service is: a laptop's own loopback is allowed */
  add(webhook: {
    url: string;
    events: WebhookEvent[];
    baseUrl: string;
  }): Promise<Result<WebhookWithSecret, WebhookRefusal>>;
  rotate(id: string): Promise<Result<WebhookWithSecret, WebhookRefusal>>;
  /** False if there is no such webhook. */
  setEnabled(id: string, isEnabled: boolean): Promise<boolean>;
  /** Returns how many messages were waiting; undefined if there is no such webhook. */
  remove(id: string): Promise<number | undefined>;
  /** Undefined if there is no such webhook. */
  beginTest(id: string): Promise<WebhookTest | undefined>;
  test(testId: string): Promise<WebhookTest | undefined>;
}

/** A webhook, and the number of messages that wait for it. */
interface ListedWebhook {
  webhook: Webhook;
  waiting: number;
}

export type TicketToIssue = Pick<Ticket, 'userId' | 'mediaType' | 'bytes' | 'crop' | 'isAdministrators'>;

/** A ticket with the form for S3: first these fields, then the file. */
interface IssuedTicket {
  ticket: Ticket;
  form: { url: string; fields: Record<string, string> };
}

interface PictureSent {
  source: Source;
  bytes: Buffer;
  crop?: RequestedCrop;
  /** The declared media type, if it has to be the right one. */
  contentType?: string;
}

export interface PhotoUpload extends PictureSent {
  userId: string;
  checked?: ReturnType<ChangeFlows['checkPicture']>;
  /** For an upload that may be sent again: its id, SHA-256 of its bytes (hex), and its row. */
  repeatable?: { uploadId: string; digest: string; row: Upload | undefined; user: User };
  /** How long to wait until readers see the photo; 0 to answer as soon as it is safe. */
  maxWaitMs: number;
}

type UploadRefusal = PictureRefusal | CropRefusal | FormRefusal | CredentialRefusal | RepeatRefusal;

/** An acknowledged photo. */
export interface AcknowledgedPhoto {
  uploadId: string;
  /** The accepted photo. Its names are known before it is shown. */
  photo: Photo;
  /** Its state when it was acknowledged. */
  state: UploadState;
  /** The user's record once this change or a later one is shown; absent without a wait, or if it took too long. */
  shownBy?: User;
}

/**
 * The headers about an upload: its id, and its state in the words of `GET /v1/uploads/{id}`. A wait may end early:
 * `queued` says that the photo is safe and will be shown.
 */
export const uploadHeaders = ({ uploadId, photo, shownBy }: AcknowledgedPhoto): Record<string, string> => ({
  'x-upload-id': uploadId,
  'x-upload-state': shownBy === undefined ? 'queued' : shownBy.shown > photo.number ? 'superseded' : 'published',
});
