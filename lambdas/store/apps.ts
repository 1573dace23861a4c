import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { DEFAULT_APP } from '../core/credential.ts';
import { APP_STATES, type App, type AppState } from '../core/user.ts';
import { conditionMet } from './conditional-write.ts';

const PREFIX = 'app#';

const AppItem = z.object({ app_id: z.string(), name: z.string(), state: z.enum(APP_STATES) });

/** Apps. They are in the teams' table, with keys of their own: there are few, and both are read in every call. */
export function appStore(db: DynamoDBDocumentClient, table: string) {
  return {
    /** The default app exists without a record, until its state is set. */
    async get(id: string): Promise<App | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { id: PREFIX + id }, ConsistentRead: true }),
      );
      if (Item !== undefined) return readApp(Item);
      return id === DEFAULT_APP ? DEFAULT : undefined;
    },

    /** False if the id is taken. */
    async add(app: App): Promise<boolean> {
      if (app.id === DEFAULT_APP) return false;
      const condition = { ConditionExpression: 'attribute_not_exists(id)' };
      return conditionMet(db.send(new PutCommand({ TableName: table, Item: appItem(app), ...condition })));
    },

    async setState(app: App, state: AppState): Promise<void> {
      await db.send(
        new UpdateCommand({
          TableName: table,
          Key: { id: PREFIX + app.id },
          UpdateExpression: 'SET app_id = :id, #name = :name, #state = :state',
          ExpressionAttributeNames: { '#name': 'name', '#state': 'state' },
          ExpressionAttributeValues: { ':id': app.id, ':name': app.name, ':state': state },
        }),
      );
    },

    /** Every app, in no order. Reads the whole table: for the CLI, not for requests. */
    async list(): Promise<App[]> {
      const found: App[] = [];
      const filter = {
        TableName: table,
        FilterExpression: 'begins_with(id, :prefix)',
        ExpressionAttributeValues: { ':prefix': PREFIX },
      };
      for await (const { Items } of paginateScan({ client: db }, filter)) found.push(...(Items ?? []).map(readApp));
      return found.some(({ id }) => id === DEFAULT_APP) ? found : [DEFAULT, ...found];
    },
  };
}

export type AppStore = ReturnType<typeof appStore>;

const DEFAULT: App = { id: DEFAULT_APP, name: 'Headshot', state: 'installed' };

const appItem = ({ id, name, state }: App): { id: string } & z.input<typeof AppItem> => ({
  id: PREFIX + id,
  app_id: id,
  name,
  state,
});

function readApp(item: Record<string, unknown>): App {
  const { app_id, name, state } = AppItem.parse(item);
  return { id: app_id, name, state };
}
