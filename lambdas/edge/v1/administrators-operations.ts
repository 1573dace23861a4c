import type { Parameter, V1Operation } from './operation.ts';

const USER_ID: Parameter = { name: 'id', in: 'path', description: "the user's id" };
const EACH_USER: Pick<V1Operation, 'isForAdministrators' | 'parameters'> = {
  isForAdministrators: true,
  parameters: [USER_ID],
};

/** What a user does with their own photo, done by an administrator for another user. */
const photoOperationOf = (id: string, { refusals, parameters = [], ...operation }: V1Operation): V1Operation => ({
  ...operation,
  path: operation.path.replace('/v1/photo', '/v1/users/{id}/photo'),
  id,
  refusals: [...new Set([...refusals, 404])],
  isForAdministrators: true,
  parameters: [USER_ID, ...parameters],
});

/**
 * The administrators' operations, in a deployment that has administrators.
 * @param callers the operations of every caller
 */
export const administratorsOperations = (callers: readonly V1Operation[]): V1Operation[] => [
  {
    path: '/v1/users',
    verb: 'get',
    id: 'findUsers',
    summary: 'Finds users by one of their names',
    body: 'UserList',
    refusals: [400],
    isForAdministrators: true,
    parameters: [
      ['email', 'their e-mail address; several may have one'],
      ['screen_name', 'their screen name, whatever its case'],
      ['subject', 'their id at the identity provider (`sub`)'],
    ].map(([name = '', description = '']) => ({ name, in: 'query', description, isOptional: true })),
  },
  {
    path: '/v1/users/{id}',
    verb: 'get',
    id: 'readUser',
    summary: 'A user',
    body: 'UserDetails',
    refusals: [404],
    ...EACH_USER,
  },
  {
    path: '/v1/users/{id}',
    verb: 'patch',
    id: 'changeUser',
    summary: 'Changes the name or e-mail address, deactivates the user, or locks the photo',
    body: 'UserDetails',
    refusals: [400, 404],
    ...EACH_USER,
    requestBody: { 'application/merge-patch+json': { $ref: '#/components/schemas/UserChange' } },
  },
  {
    path: '/v1/users/{id}',
    verb: 'delete',
    id: 'eraseOtherUser',
    summary: 'Erases a user and all that is theirs; this cannot be undone',
    body: 'Erasure',
    refusals: [400, 404],
    isLater: true,
    isForAdministrators: true,
    parameters: [USER_ID, { name: 'confirm', in: 'query', description: "the user's screen name" }],
  },
  ...callers
    .filter(({ path, verb }) => path.startsWith('/v1/photo') && verb !== 'get')
    .map((operation) => photoOperationOf(operation.id.replace(/Photo$/, 'PhotoOfUser'), operation)),
];
