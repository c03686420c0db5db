import { arqueroProgram } from '../engines/arquero.ts';
import type { Program } from '../engines/engine.ts';

const SUM_AND_COUNT = { summed: 'd => op.sum(d.v)', n: 'd => op.count()' };

/** The operations of the suite `micro` as programs for arquero, by the names of the cases. */
export function microPrograms(rows: number): Readonly<Record<string, Program>> {
  return {
    'filter and sum': arqueroProgram(({ tables }) =>
      tables['facts']!.filter('d => d.k1000 < 300').rollup(SUM_AND_COUNT),
    ),
    'GROUP BY 1,000 integers': arqueroProgram(({ tables }) =>
      tables['facts']!.groupby('k1000').rollup(SUM_AND_COUNT),
    ),
    'GROUP BY 1,000 strings': arqueroProgram(({ tables }) =>
      tables['facts']!.groupby('s').rollup(SUM_AND_COUNT),
    ),
    'GROUP BY 1 M integers': arqueroProgram(({ tables }) =>
      tables['facts']!.groupby('k1m')
        .rollup({ summed: 'd => op.sum(d.v)' })
        .rollup({ n: 'd => op.count()', largest: 'd => op.max(d.summed)' }),
    ),
    'join with 1 M rows': arqueroProgram(({ tables }) =>
      tables['facts']!.join(tables['dims']!, ['k1m', 'k']).rollup({
        summed: 'd => op.sum(d.v * d.w)',
        n: 'd => op.count()',
      }),
    ),
    'Top-100': arqueroProgram(({ tables, desc }) =>
      tables['facts']!.select('v', 'id').orderby(desc('v'), 'id').slice(0, 100),
    ),
    'full sort': arqueroProgram(({ tables }) =>
      tables['facts']!.select('v', 'id')
        .orderby('v', 'id')
        .slice(rows - 10),
    ),
    "LIKE '%77%'": arqueroProgram(({ tables }) =>
      tables['facts']!.filter("d => op.includes(d.t, '77')").rollup({ n: 'd => op.count()' }),
    ),
    'ROW_NUMBER per key': arqueroProgram(({ tables }) =>
      tables['facts']!.groupby('k1m')
        .orderby('v')
        .derive({ rn: 'd => op.row_number()' })
        .ungroup()
        .rollup({ summed: 'd => op.sum(d.rn)', largest: 'd => op.max(d.rn)' }),
    ),
    'COUNT(DISTINCT)': arqueroProgram(({ tables }) =>
      tables['facts']!.rollup({ n: 'd => op.distinct(d.k1m)' }),
    ),
  };
}
