import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { MAX_BURST, MAX_PER_MINUTE, type Rate, SLACK_TIERS, type SlackTier } from '../core/rate-limit.ts';
import { TEAM_STATES, type Team, type TeamState } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';

const RateItem = z.object({
  per_minute: z.int().check(z.positive(), z.lte(MAX_PER_MINUTE)),
  burst: z.int().check(z.positive(), z.lte(MAX_BURST)),
});

/** Older teams have none of the last three. */
const TeamItem = z.object({
  id: z.string(),
  name: z.string(),
  domain: z.string(),
  state: z._default(z.enum(TEAM_STATES), 'active'),
  allowed_networks: z._default(z.array(z.string()), []),
  limits: z._default(z.partialRecord(z.enum(Object.keys(SLACK_TIERS) as SlackTier[]), RateItem), {}),
});

/** Teams: Slack's workspaces. */
export function teamStore(db: DynamoDBDocumentClient, table: string) {
  /** Sets one attribute of an existing team. False if there is none. */
  const set = (id: string, name: keyof z.input<typeof TeamItem>, value: unknown): Promise<boolean> =>
    conditionMet(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: 'SET #name = :value',
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
        }),
      ),
    );

  const add = (team: Team): Promise<boolean> =>
    conditionMet(
      db.send(
        new PutCommand({ TableName: table, Item: teamItem(team), ConditionExpression: 'attribute_not_exists(id)' }),
      ),
    );

  return {
    async get(id: string): Promise<Team | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      return Item === undefined ? undefined : readTeam(Item);
    },

    /** False if the id is taken. */
    add,

    /** Writes a team unless it exists. */
    async ensure(team: Team): Promise<void> {
      await add(team);
    },

    setState: (id: string, state: TeamState): Promise<boolean> => set(id, 'state', state),

    /** Networks in CIDR notation. An empty list allows all. */
    setAllowedNetworks: (id: string, networks: string[]): Promise<boolean> => set(id, 'allowed_networks', networks),

    /** Replaces the team's own rate limits. Tiers that are not named have Slack's. */
    setLimits: (id: string, limits: Team['limits']): Promise<boolean> => set(id, 'limits', limitsItem(limits)),

    /** Every team, in no order. Reads the whole table: for the CLI, not for requests. */
    async list(): Promise<Team[]> {
      const found: Team[] = [];
      // The table has apps too. A team's id begins like Slack's.
      const filter = {
        TableName: table,
        FilterExpression: 'begins_with(id, :prefix)',
        ExpressionAttributeValues: { ':prefix': 'T' },
      };
      for await (const { Items } of paginateScan({ client: db }, filter)) found.push(...(Items ?? []).map(readTeam));
      return found;
    },
  };
}

export type TeamStore = ReturnType<typeof teamStore>;

const limitsItem = (limits: Team['limits']) =>
  Object.fromEntries(
    Object.entries(limits).map(([tier, { perMinute, burst }]) => [tier, { per_minute: perMinute, burst }]),
  );

const teamItem = (team: Team): z.input<typeof TeamItem> => ({
  id: team.id,
  name: team.name,
  domain: team.domain,
  state: team.state,
  allowed_networks: team.allowedNetworks,
  limits: limitsItem(team.limits),
});

function readTeam(item: Record<string, unknown>): Team {
  const { id, name, domain, state, allowed_networks, limits } = TeamItem.parse(item);
  const rates = Object.entries(limits).map(([tier, { per_minute, burst }]): [string, Rate] => [
    tier,
    { perMinute: per_minute, burst },
  ]);
  return { id, name, domain, state, allowedNetworks: allowed_networks, limits: Object.fromEntries(rates) };
}
