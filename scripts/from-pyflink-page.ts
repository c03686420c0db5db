import { functionContext } from '../src/exec/operators/function-context.ts';
import * as millrace from '../src/index.ts';
import { BuiltExpression } from '../src/table/expressions/built-expression.ts';
import { Job } from '../src/table/job.ts';
import { TaskMetrics } from '../src/udf/metrics.ts';
import { PYFLINK, type PyFlinkClass, type Weight } from './pyflink-members.ts';

/** A context of functions, of which only the names count here. */
const context = functionContext(
  { statement: { config: new Map() }, userCode: {} } as never,
  'f',
  [],
);
const metrics = new TaskMetrics().group('f');

/** What has the members of an owner: values for static members, prototypes for the others. */
const OWNERS: Readonly<Record<string, readonly object[]>> = {
  millrace: [millrace],
  TableDescriptor: [millrace.TableDescriptor, millrace.TableDescriptor.inMemory().build()],
  FormatDescriptor: [millrace.FormatDescriptor, millrace.FormatDescriptor.forFormat('x').build()],
  RowKind: [millrace.RowKind],
  ChangelogMode: [millrace.ChangelogMode],
  ResolvedSchema: [millrace.ResolvedSchema.prototype],
  Column: [millrace.Column],
  Catalog: [millrace.GenericInMemoryCatalog.prototype],
  FormatDescriptorBuilder: [millrace.FormatDescriptor.forFormat('x')],
  ModelDescriptorBuilder: [millrace.ModelDescriptor.forProvider('x')],
  FunctionContext: [context],
  MetricGroup: [metrics],
  Counter: [metrics.counter('c')],
  Meter: [metrics.meter('m')],
  Histogram: [metrics.histogram('h')],
  JobClient: [Job.prototype],
  DataTypes: [millrace.DataTypes],
  Expression: [BuiltExpression.prototype],
  EnvironmentSettingsBuilder: [millrace.EnvironmentSettings.newInstance()],
  SchemaBuilder: [millrace.Schema.newBuilder()],
  TableDescriptorBuilder: [millrace.TableDescriptor.forConnector('x')],
  ...Object.fromEntries(
    [
      millrace.AggregateFunction,
      millrace.AggregatedTable,
      millrace.CatalogDescriptor,
      millrace.CompiledPlan,
      millrace.EnvironmentSettings,
      millrace.GroupedTable,
      millrace.ListView,
      millrace.MapView,
      millrace.ModelDescriptor,
      millrace.OverWindowedTable,
      millrace.PlanReference,
      millrace.ScalarFunction,
      millrace.Schema,
      millrace.StatementSet,
      millrace.Table,
      millrace.TableConfig,
      millrace.TableEnvironment,
      millrace.TablePipeline,
      millrace.TableResult,
      millrace.WindowedTable,
    ].map((owner) => [owner.name, [owner, owner.prototype]]),
  ),
};

/** One member of PyFlink with what it is here. */
export interface Counterpart {
  readonly member: string;
  readonly weight: Weight;
  /** The counterpart in code; null where there is none. */
  readonly here: string | null;
  /** Why there is none, or what of the language stands for it. */
  readonly reason: string;
  /** Whether the code, or the language, has it. */
  readonly exists: boolean;
}

/** Every member of every class. */
export function counterparts(): readonly Counterpart[] {
  return PYFLINK.flatMap(membersOf);
}

function membersOf(one: PyFlinkClass): readonly Counterpart[] {
  return Object.entries(one.members).flatMap(([weight, names]) =>
    names.split(' ').map((name): Counterpart => {
      const member = `${one.name}.${name}`;
      const other = one.others?.[name];
      const isOut = other?.startsWith('- ') ?? false;
      const isPlain = other?.startsWith('= ') ?? false;
      const found = isOut || isPlain ? null : find(other ?? camelCase(name), one.owner);
      const reason = isOut || isPlain ? other!.slice(2) : '';
      return {
        member,
        weight: weight as Weight,
        here: found?.text ?? null,
        reason,
        exists: isPlain || (found?.exists ?? false),
      };
    }),
  );
}

function find(name: string, owner: string) {
  const [own = '', rest] = name.split('.');
  const place = rest === undefined ? owner : own;
  const key = rest ?? own;
  for (const candidate of rest === undefined ? [place, 'millrace'] : [place]) {
    const exists = (OWNERS[candidate] ?? []).some((object) => key in object);
    if (exists) return { text: textOf(candidate, key), exists };
  }
  return { text: textOf(place, key), exists: false };
}

function textOf(owner: string, name: string): string {
  if (owner === 'millrace') return name;
  return owner === 'Expression' ? `.${name}` : `${owner}.${name}`;
}

function camelCase(name: string): string {
  if (/^[A-Z_]+$/.test(name)) return name;
  return name
    .replace(/_$/, '')
    .replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The page of counterparts, as Markdown. */
export function fromPyFlinkPage(): string {
  const all = counterparts();
  const share = (weights: readonly Weight[]) => {
    const some = all.filter(({ weight }) => weights.includes(weight));
    const there = some.filter(({ exists }) => exists);
    return `${there.length} of ${some.length} (${((100 * there.length) / some.length).toFixed(1)} %)`;
  };
  const sections = PYFLINK.map((one) => {
    const rows = membersOf(one).map(
      ({ member, weight, here, reason }) =>
        `| \`${member.slice(one.name.length + 1)}\` | ${weight} | ${here === null ? reason : `\`${here}\``} |`,
    );
    return `## ${one.name}\n\n| PyFlink | | Here |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# From PyFlink

Every public member of PyFlink's table package with what it is here. Names are the same in camel case; what is a property in Python is a method:
\`col('a').sum()\`. Python's operators are methods, because TypeScript has none to overload: \`col('a').plus(1).isGreater(2)\`. ★★★ is what almost every program uses, ★★ is
used regularly, ★ seldom.

| Weight | There |
| --- | --- |
| ★★★ and ★★ | ${share(['★★★', '★★'])} |
| ★ | ${share(['★'])} |

\`\`\`python
orders.group_by(col('customer')).select(col('customer'), (col('price') * col('quantity')).sum.alias('total'))
\`\`\`

\`\`\`ts
orders.groupBy(col('customer')).select(col('customer'), col('price').times(col('quantity')).sum().as('total'))
\`\`\`

This page is written by \`npm run docs\`; the tests look for every counterpart in the code.

${sections.join('\n')}`;
}
