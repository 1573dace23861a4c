/** Who may sign in at the laptop's provider. */
export interface Person {
  sub: string;
  name: string;
  email: string;
  email_verified: boolean;
  groups: string[];
}

const person = (sub: string, name: string, groups: string[] = []): Person => ({
  sub,
  name,
  email: `${sub}@example.com`,
  email_verified: true,
  groups,
});

/** Two people and an administrator. */
export const PEOPLE: Person[] = [
  person('ada', 'Ada Lovelace'),
  person('bob', 'Bob Stone'),
  person('grace', 'Grace Hopper', ['photo-admins']),
];

/** The settings of a deployment that takes this provider's tokens, without `oidcIssuer`. */
export const LAPTOP_CLIENT_ID = 'headshot-page';
/** A resource indicator is a URI (RFC 8707, section 2). */
export const LAPTOP_AUDIENCE = 'urn:headshot:laptop';
export const LAPTOP_ADMIN_CLAIM = 'groups=photo-admins';
