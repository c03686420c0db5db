import { describe, expect, test } from 'vitest';
import { option, parseDuration, parseOptions, parseSize } from '../../src/common/config-option.ts';
import { CONFIG_OPTIONS, configValue, isConfigKey } from '../../src/common/options.ts';

const DECLARED = {
  rows: option.int({ doc: 'Rows.', default: null }),
  mode: option.enum(['fast', 'slow'], { doc: 'Mode.', default: 'fast' }),
  path: option.string({ doc: 'Path.', required: true }),
  'fields.#.length': option.int({ doc: 'Length.', default: 100 }),
};

const parse = (options: Record<string, string>) =>
  parseOptions(DECLARED, new Map(Object.entries(options)), "connector 'x'");

describe('option parsing', () => {
  test('durations and sizes in the spellings of Flink', () => {
    expect(parseDuration('10 s')).toBe(10_000);
    expect(parseDuration('1 min')).toBe(60_000);
    expect(parseDuration('500 ms')).toBe(500);
    expect(parseDuration('250')).toBe(250);
    expect(parseDuration('2 days')).toBe(172_800_000);
    expect(parseDuration('soon')).toBeNull();
    expect(parseDuration('-1 s')).toBeNull();
    expect(parseSize('64mb')).toBe(64 * 1024 ** 2);
    expect(parseSize('1 GB')).toBe(1024 ** 3);
    expect(parseSize('12')).toBe(12);
    expect(parseSize('12 apples')).toBeNull();
  });

  test('absent keys have their default, given ones their type', () => {
    expect(parse({ path: 'a' })).toEqual({ rows: null, mode: 'fast', path: 'a' });
    expect(parse({ path: 'a', rows: '7', mode: 'SLOW', 'fields.id.length': '3' })).toEqual({
      rows: 7,
      mode: 'slow',
      path: 'a',
      'fields.id.length': 3,
    });
  });

  test('an unknown key lists the supported ones and the nearest', () => {
    expect(() => parse({ path: 'a', mod: 'fast' })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OPTION',
        sentence:
          "Unsupported option 'mod' of connector 'x'. Supported options: fields.#.length, mode, path, rows.",
        hint: "Did you mean 'mode'?",
      }),
    );
  });

  test('wrong values and missing keys', () => {
    expect(() => parse({ path: 'a', rows: '1.5' })).toThrow(
      "Invalid value '1.5' of option 'rows': expected an integer.",
    );
    expect(() => parse({ path: 'a', mode: 'fasst' })).toThrow(/one of fast, slow.*'fast'/);
    expect(() => parse({})).toThrow(
      expect.objectContaining({ code: 'MISSING_OPTION', name: 'ValidationError' }),
    );
  });
});

describe('configuration', () => {
  test('typed values by key', () => {
    const config = new Map([
      ['table.exec.udf.timeout', '5 s'],
      ['table.dml-sync', 'true'],
    ]);
    expect(configValue(config, 'table.exec.udf.timeout')).toBe(5000);
    expect(configValue(config, 'table.dml-sync')).toBe(true);
    expect(configValue(config, 'table.exec.compile')).toBe('auto');
    expect(isConfigKey('table.exec.compile')).toBe(true);
    expect(isConfigKey('constructor')).toBe(false);
  });

  test('every key is documented with a sentence', () => {
    for (const { doc } of Object.values(CONFIG_OPTIONS)) expect(doc).toMatch(/\.$/);
  });
});
