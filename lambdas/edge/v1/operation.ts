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

/** The schemas of `/v1`, by their names in the OpenAPI document. */
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
  /** The body of a success; absent if the answer is a redirect. */
  body?: keyof typeof V1_SCHEMAS;
  /** The statuses of refusals, besides those of every request, of every caller, and of every body. */
  refusals: number[];
  isOpenToAll?: true;
  /** Only for administrators, in a deployment that has them. */
  isForAdministrators?: true;
  /** 201 instead of 200: something new exists. */
  isCreated?: true;
  /** 202 instead of 200: the work is done later. */
  isLater?: true;
  /** 202, or 200 for callers that waited. */
  isLaterOrDone?: true;
  /** The media type of a drawing that may come instead of a redirect. */
  drawing?: string;
  parameters?: Parameter[];
  /** By media type. */
  requestBody?: Record<string, object>;
}
