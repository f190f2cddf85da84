import { describe, expect, test } from 'vitest';
import { executes, planned, recordOf, started, usesMemory } from '../testing/recorded-run.ts';
import { renderHtmlReport } from './render-html-report.ts';

describe('the report', () => {
  test('holds every task in its timeline, table and graph, and the run before', () => {
    const page = renderHtmlReport(recordOf(), recordOf());
    expect(page.match(/data-task="core:build"/g)?.length).toBe(3);
    expect(page).toContain('same hash, executed in 1.2 s');
    expect(page).toContain('src/index.ts changed');
    expect(page).toContain('before: 4.6 s');
  });

  test('says what the tasks took of the machine, where it was measured', () => {
    const page = renderHtmlReport(recordOf([started([planned('a:b')]), ...usesMemory('a:b', 0, 250, 7e8)]), recordOf());
    expect(page).toContain('<span>most memory</span><b>700 MB</b><small>before: -</small>');
    expect(page).toContain('data-value="500">500 ms</td><td class="number" data-value="700000000">700 MB</td>');
  });

  test('says what was fetched ahead and not needed', () => {
    const page = renderHtmlReport({ ...recordOf(), unusedDownloads: 3 }, recordOf());
    expect(page).toMatch(/<span>remote cache<\/span><b>[^<]* up, 3 fetched ahead and not needed<\/b>/);
    expect(page.match(/not needed/g)).toHaveLength(1);
  });

  test('asks the network for nothing', () => {
    const page = renderHtmlReport(recordOf(), null);
    expect(page).toContain(`default-src 'none'`);
    expect(page.match(/https?:|src=|href=|@import|url\(/g)).toBe(null);
    expect(page).not.toContain('before:');
  });

  test('keeps names, commands and reasons from becoming markup', () => {
    const hostile = `<img src=x onerror=alert(1)>"'&`;
    const id = `${hostile}:build`;
    const record = { ...recordOf([started([planned(id)]), ...executes(id, 0, 50)]), command: `</title>${hostile}` };
    const tasks = record.tasks.map((task) => ({ ...task, reason: `</script>${hostile}` }));
    const page = renderHtmlReport({ ...record, tasks }, null);
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)?.length).toBe(1);
    expect(page.match(/<\/title>/g)?.length).toBe(1 + (page.match(/<title>[^<]*<\/title>/g)?.length ?? 0) - 1);
  });

  test('of thousands of tasks draws only the graph that matters', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `p${index}:build`);
    const tasks = ids.map((id, index) => planned(id, index === 0 ? [] : [ids[index >> 1]!]));
    const page = renderHtmlReport(recordOf([started(tasks), ...ids.flatMap((id) => executes(id, 0, 5))]), null);
    expect(page).toContain('1000 tasks: only what the run waited for is drawn.');
    expect(page.length).toBeLessThan(1_500_000);
  });

  test('of a run without tasks is a page too', () => {
    expect(renderHtmlReport(recordOf([started([])]), null)).toContain('</html>');
  });
});
