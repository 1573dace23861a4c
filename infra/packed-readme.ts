import { propsTable } from './props-text.ts';

/**
 * The packed README: docs/construct.md, with the props in a table and every link seen from the folder above. In the repository the
 * table of docs/deploy.md says the same.
 */
export function packedReadme(page: string): string {
  const end = page.indexOf('\n## ', page.indexOf('\n## Props\n') + 1);
  if (!page.includes('\n## Props\n') || end < 0) throw new Error('docs/construct.md has no section Props');
  const text = `${page.slice(0, end)}\n${propsTable()}\n${page.slice(end)}`;
  // Links to pages beside it and to the examples.
  return text.replaceAll(/\]\((?=[a-z-]+\.(?:md|json))/g, '](docs/').replaceAll('](../', '](');
}
