import type { Upload } from '../core/change.ts';
import type { Crop, Photo } from '../core/photo.ts';
import type { Door } from '../core/policy.ts';
import type { CredentialRefusal, CropRefusal, LookUpRefusal, PictureRefusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { Caller, User } from '../core/user.ts';

/**
 * What a dialect may ask to be done, in the words of the core. The entries bind these to the flow and its stores, so
 * that `edge/` knows neither.
 */
export interface ReadFlows {
  /** Who a bearer token speaks for. */
  admit(token: string | undefined): Promise<Result<Caller, CredentialRefusal>>;
  findBySlackId(slackId: string, teamId: string): Promise<Result<User, LookUpRefusal>>;
  /** One of the user's own uploads. */
  upload(userId: string, uploadId: string): Promise<Upload | undefined>;
}

export interface ChangeFlows {
  admit(token: string | undefined): Promise<Result<Caller, CredentialRefusal>>;
  setPhoto(wish: PhotoWish): Promise<Result<PhotoSet, PictureRefusal | CropRefusal | CredentialRefusal>>;
  /** False when there is no active user any more. */
  removePhoto(userId: string): Promise<boolean>;
}

export interface PhotoWish {
  userId: string;
  door: Door;
  bytes: Buffer;
  crop?: Crop;
  /** How long to wait until readers see the photo; 0 to answer as soon as it is safe. */
  maxWaitMs: number;
}

/** An acknowledged photo, and what the user shows now if that was waited for and happened in time. */
export interface PhotoSet {
  uploadId: string;
  /** The accepted photo; if a later one is shown already, that one. */
  photo: Photo;
}
