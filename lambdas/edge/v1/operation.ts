import { NewWebhookBody, TicketRequestBody, UserChangeBody, WebhookChangeBody } from './request-schemas.ts';
import {
  ErasureBody,
  HealthBody,
  LimitsBody,
  PhotosBody,
  ProblemBody,
  SetPhotoBody,
  TicketBody,
  UploadBody,
  UserBody,
  UserDetailsBody,
  UserListBody,
} from './schemas.ts';
import {
  RemovedWebhookBody,
  WebhookBody,
  WebhookListBody,
  WebhookTestBody,
  WebhookWithSecretBody,
} from './webhook-schemas.ts';

/** The schemas of `/v1` by the names that its document gives them. */
export const V1_SCHEMAS = {
  Erasure: ErasureBody,
  Health: HealthBody,
  Limits: LimitsBody,
  Photos: PhotosBody,
  Problem: ProblemBody,
  SetPhoto: SetPhotoBody,
  Ticket: TicketBody,
  TicketRequest: TicketRequestBody,
  Upload: UploadBody,
  User: UserBody,
  UserDetails: UserDetailsBody,
  UserChange: UserChangeBody,
  UserList: UserListBody,
  Webhook: WebhookBody,
  WebhookList: WebhookListBody,
  WebhookWithSecret: WebhookWithSecretBody,
  NewWebhook: NewWebhookBody,
  WebhookChange: WebhookChangeBody,
  WebhookTest: WebhookTestBody,
  RemovedWebhook: RemovedWebhookBody,
} as const;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description: string;
  isOptional?: true;
  schema?: object;
}

/** One operation of `/v1`. */
export interface V1Operation {
  path: string;
  verb: 'get' | 'post' | 'patch' | 'delete';
  id: string;
  summary: string;
  /** Of the answer's body when all went well; absent where the answer is a redirect. */
  body?: keyof typeof V1_SCHEMAS;
  /** Which statuses a refusal may have, beside those that any request may get, any with credentials, and any with a body. */
  refusals: number[];
  isOpenToAll?: true;
  /** Only for administrators, of a deployment that has them. */
  isForAdministrators?: true;
  /** Something is there that was not: 201 instead of 200. */
  isCreated?: true;
  /** The work is done later: 202 instead of 200. */
  isLater?: true;
  /** 202, or 200 for who waited. */
  isLaterOrDone?: true;
  /** The media type of what may be drawn instead of a redirect. */
  drawing?: string;
  parameters?: Parameter[];
  /** By media type. */
  requestBody?: Record<string, object>;
}
