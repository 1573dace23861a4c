import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import type { App } from '../lambdas/core/user.ts';
import { type Connection, connect } from './connect.ts';
import { type PrintOptions, print, printTable } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot apps …`: what tokens are issued to. */
export function appsCommand(): Command {
  const apps = new Command('apps').description('Create, list, remove and restore the apps that tokens are issued to.');

  apps
    .command('create')
    .description('Create an app and print its id.')
    .requiredOption('--name <name>', 'what it is called')
    .action(async (given: { name: string } & PrintOptions) => {
      // `A` and ten digits, in the shape of Slack's.
      const app: App = { id: `A${randomInt(1_000_000_000, 9_999_999_999)}`, name: given.name, state: 'installed' };
      if (!(await connect().apps.add(app))) throw new UserError(`the id ${app.id} is taken; try again`);
      print(summary(app), given, app.id);
    });

  apps
    .command('list')
    .description('List all apps.')
    .action(async (given: PrintOptions) => {
      const all = (await connect().apps.list()).sort((a, b) => a.id.localeCompare(b.id));
      if (given.json) return print(all.map(summary), given);
      printTable(
        ['APP ID', 'NAME', 'STATE'],
        all.map(({ id, name, state }) => [id, name, state]),
      );
    });

  for (const [verb, state, description] of [
    ['remove', 'removed', 'Remove an app: its tokens stop working (token_revoked).'],
    ['restore', 'installed', 'Install a removed app again: its tokens work again.'],
  ] as const) {
    apps
      .command(`${verb} <app>`)
      .description(description)
      .action(async (id: string, given: PrintOptions) => {
        const service = connect();
        const app = await mustFindApp(id, service);
        await service.apps.setState(app, state);
        print(summary({ ...app, state }), given, `${app.id} is ${state}`);
      });
  }
  return apps;
}

/** @throws UserError when there is none */
export async function mustFindApp(id: string, { apps }: Connection): Promise<App> {
  // A longer id cannot exist, and the store would refuse the question.
  const app = id.length > 100 ? undefined : await apps.get(id);
  if (app === undefined) throw new UserError(`there is no app ${id}; see: headshot apps list`);
  return app;
}

const summary = ({ id, name, state }: App) => ({ app_id: id, name, state });
