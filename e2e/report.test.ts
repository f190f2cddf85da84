import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { layeredWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';

/** `LARDER_CHROMIUM`, or what `npx playwright install chromium` has brought; nothing is downloaded here. */
const executablePath = process.env['LARDER_CHROMIUM'] ?? chromium.executablePath();
/** Set to keep pictures of the page, to be looked at. */
const pictures = process.env['LARDER_PICTURES'];

test.skipIf(!existsSync(executablePath))('the report works in a browser that has no network', async () => {
  const root = layeredWorkspace();
  await larder(root, ['run-many', '-t', 'build']);
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  await larder(root, ['run-many', '-t', 'build']);
  expect((await larder(root, ['report', '--file', 'page.html'])).stdout).toBe('Wrote page.html.\n');

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1240, height: 1000 } });
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => requests.push(new URL(request.url()).protocol));
  await page.goto(pathToFileURL(join(root, 'page.html')).href);

  expect(await page.title()).toBe('larder run-many -t build');
  expect(await page.locator('.timeline g').count()).toBe(3);
  expect(await page.locator('.graph g').count()).toBe(3);
  const firstCells = (): Promise<string[]> => page.locator('#tasks tbody tr:visible td:first-child').allTextContents();
  expect((await firstCells()).toSorted()).toEqual(['app:build', 'core:build', 'ui:build']);
  await page.getByRole('button', { name: 'task' }).click();
  expect(await firstCells()).toEqual(['app:build', 'core:build', 'ui:build']);
  await page.getByRole('button', { name: 'task' }).click();
  expect(await firstCells()).toEqual(['ui:build', 'core:build', 'app:build']);
  await page.getByLabel('Filter tasks').fill('up to date');
  expect(await firstCells()).toEqual(['core:build']);
  await page.getByLabel('Filter tasks').fill('');
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, 'report.png'), fullPage: true });
  }
  expect(problems).toEqual([]);
  expect([...new Set(requests)]).toEqual(['file:']);
});
