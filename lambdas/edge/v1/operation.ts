import {
  ErasureBody,
  HealthBody,
  LimitsBody,
  PhotosBody,
  ProblemBody,
  SetPhotoBody,
  TicketBody,
  TicketRequestBody,
  UploadBody,
  UserBody,
  UserChangeBody,
  UserDetailsBody,
  UserListBody,
} from './schemas.ts';

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
  /** Which statuses a refusal may have, beside those that any request may get. */
  refusals: number[];
  isOpenToAll?: true;
  /** Only for administrators, of a deployment that has them. */
  isForAdministrators?: true;
  /** It makes something that has a place of its own: 201 instead of 200. */
  isCreated?: true;
  /** The work is done later: 202 instead of 200. */
  isLater?: true;
  /** 202, or 200 for who waited. */
  isLaterOrDone?: true;
  parameters?: Parameter[];
  /** By media type. */
  requestBody?: Record<string, object>;
}
