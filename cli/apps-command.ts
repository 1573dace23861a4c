import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import type { App } from '../lambdas/core/client-app.ts';
import { type Connection, connect } from './connect.ts';
import { printJson, printTable } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot apps …`: what tokens are issued to. */
export function appsCommand(): Command {
  const apps = new Command('apps').description('Create, list, remove and restore the apps that tokens are issued to.');

  apps
    .command('create')
    .description('Create an app and print its id.')
    .requiredOption('--name <name>', 'what it is called')
    .option('--json', 'print one JSON object')
    .action(async ({ name, json }: { name: string; json?: boolean }) => {
      // `A` and ten digits, in the shape of Slack's.
      const app: App = { id: `A${randomInt(1_000_000_000, 9_999_999_999)}`, name, state: 'installed' };
      if (!(await connect().apps.add(app))) throw new UserError(`the id ${app.id} is taken; try again`);
      if (json) printJson(summary(app));
      else console.log(app.id);
    });

  apps
    .command('list')
    .description('List all apps.')
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const all = (await connect().apps.list()).sort((a, b) => a.id.localeCompare(b.id));
      if (json) return printJson(all.map(summary));
      printTable(
        ['APP ID', 'NAME', 'STATE'],
        all.map(({ id, name, state }) => [id, name, state]),
      );
    });

  for (const [verb, state, effect] of [
    ['remove', 'removed', 'Its tokens stop working (token_revoked).'],
    ['restore', 'installed', 'Its tokens work again.'],
  ] as const) {
    apps
      .command(`${verb} <app>`)
      .description(`Make an app ${state}. ${effect}`)
      .option('--json', 'print one JSON object')
      .action(async (id: string, { json }: { json?: boolean }) => {
        const service = connect();
        const app = await mustFindApp(id, service);
        await service.apps.setState(app, state);
        if (json) printJson(summary({ ...app, state }));
        else console.log(`${app.id} is ${state}`);
      });
  }
  return apps;
}

/** @throws UserError when there is none. */
export async function mustFindApp(id: string, { apps }: Connection): Promise<App> {
  // A longer one is none, and no store would take the question.
  const app = id.length > 100 ? undefined : await apps.get(id);
  if (app === undefined) throw new UserError(`there is no app ${id}`);
  return app;
}

const summary = ({ id, name, state }: App) => ({ app_id: id, name, state });
