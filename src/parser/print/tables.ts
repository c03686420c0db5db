import type {
  AlterMaterializedTable,
  AlterTable,
  ColumnPosition,
  CreateMaterializedTable,
  CreateTable,
  OptionAction,
  SchemaAction,
  SchemaChange,
  StartMode,
} from '../ast/ddl.ts';
import type {
  Distribution,
  PartitionSpec,
  Property,
  TableConstraint,
  TableElement,
} from '../ast/tables.ts';
import { quoteIdentifier, quotePath, quoteString } from '../quoting.ts';
import { nameList, QueryPrinter } from './queries.ts';
import { printType } from './types.ts';

/** Prints CREATE and ALTER of tables and materialized tables. */
export class TablePrinter extends QueryPrinter {
  createTable(create: CreateTable): string {
    const { mode, temporary, ifNotExists, connection, like, query } = create;
    return words(
      mode,
      temporary ? 'TEMPORARY' : null,
      'TABLE',
      ifNotExists ? 'IF NOT EXISTS' : null,
      quotePath(create.name.parts),
      ...this.#tableClauses(create),
      connection === null ? null : `USING CONNECTION ${quotePath(connection.parts)}`,
      printOptions(create.options),
      like === null
        ? null
        : `LIKE ${quotePath(like.source.parts)} (${like.options
            .map(({ strategy, feature }) => `${strategy} ${feature}`)
            .join(' ')})`,
      query === null ? null : `AS ${this.query(query)}`,
    );
  }

  createMaterializedTable(create: CreateMaterializedTable): string {
    const { orAlter, ifNotExists, startMode, freshness, refreshMode, query } = create;
    return words(
      orAlter ? 'CREATE OR ALTER' : 'CREATE',
      'MATERIALIZED TABLE',
      ifNotExists ? 'IF NOT EXISTS' : null,
      quotePath(create.name.parts),
      ...this.#tableClauses(create),
      printOptions(create.options),
      startMode === null ? null : this.#startMode(startMode),
      freshness === null ? null : `FRESHNESS = ${this.expr(freshness)}`,
      refreshMode === null ? null : `REFRESH_MODE = ${refreshMode}`,
      `AS ${this.query(query)}`,
    );
  }

  #tableClauses(create: CreateTable | CreateMaterializedTable): (string | null)[] {
    const { elements, comment, distribution, partitionedBy } = create;
    return [
      elements === null ? null : this.elements(elements),
      printComment(comment),
      distribution === null ? null : `DISTRIBUTED ${printDistribution(distribution)}`,
      partitionedBy === null ? null : `PARTITIONED BY${nameList(partitionedBy)}`,
    ];
  }

  #startMode({ mode, argument }: StartMode): string {
    const suffix = argument === null ? '' : ` (${this.expr(argument)})`;
    return `START_MODE = ${mode}${suffix}`;
  }

  // ── elements ───────────────────────────────────────────────────────────────────────────────

  /** `(a INT, b AS a + 1)` */
  elements(elements: readonly TableElement[]): string {
    return `(${elements.map((element) => this.element(element)).join(', ')})`;
  }

  /** One column, constraint or watermark. */
  element(element: TableElement): string {
    switch (element.kind) {
      case 'PhysicalColumn': {
        const { name, type, constraint, comment } = element;
        const inline = constraint === null ? null : printConstraint(constraint, false);
        return words(quotePath(name.parts), printType(type), inline, printComment(comment));
      }
      case 'ComputedColumn': {
        const { name, expr, comment } = element;
        return words(quotePath(name.parts), 'AS', this.expr(expr), printComment(comment));
      }
      case 'MetadataColumn': {
        const { name, type, from, virtual, comment } = element;
        return words(
          quotePath(name.parts),
          printType(type),
          'METADATA',
          from === null ? null : `FROM ${quoteString(from)}`,
          virtual ? 'VIRTUAL' : null,
          printComment(comment),
        );
      }
      case 'ColumnReference':
        return quotePath(element.name.parts);
      case 'Watermark':
        return `WATERMARK FOR ${quotePath(element.column.parts)} AS ${this.expr(element.expr)}`;
      case 'TableConstraint':
        return printConstraint(element, true);
    }
  }

  /** `PARTITION (a = 1, b)` */
  partition({ entries }: PartitionSpec): string {
    const list = entries.map(({ column, value }) =>
      value === null ? quoteIdentifier(column) : `${quoteIdentifier(column)} = ${this.expr(value)}`,
    );
    return `PARTITION (${list.join(', ')})`;
  }

  // ── ALTER ──────────────────────────────────────────────────────────────────────────────────

  alterTable({ ifExists, name, change }: AlterTable): string {
    const head = words('ALTER TABLE', ifExists ? 'IF EXISTS' : null, quotePath(name.parts));
    switch (change.action) {
      case 'RENAME':
        return `${head} RENAME TO ${quotePath(change.to.parts)}`;
      case 'RENAME COLUMN':
        return `${head} RENAME ${quotePath(change.column.parts)} TO ${quotePath(change.to.parts)}`;
      case 'ADD PARTITIONS': {
        const list = change.partitions.map(({ spec, options }) =>
          words(this.partition(spec), printOptions(options)),
        );
        return words(head, 'ADD', change.ifNotExists ? 'IF NOT EXISTS' : null, list.join(' '));
      }
      case 'DROP PARTITIONS': {
        const list = change.partitions.map((spec) => this.partition(spec));
        return words(head, 'DROP', change.ifExists ? 'IF EXISTS' : null, list.join(', '));
      }
      default:
        return `${head} ${this.#change(change)}`;
    }
  }

  alterMaterializedTable({ name, change }: AlterMaterializedTable): string {
    const head = `ALTER MATERIALIZED TABLE ${quotePath(name.parts)}`;
    switch (change.action) {
      case 'SUSPEND':
        return `${head} SUSPEND`;
      case 'RESUME':
        return words(head, 'RESUME', printOptions(change.options));
      case 'REFRESH':
        return words(
          head,
          'REFRESH',
          change.partition === null ? null : this.partition(change.partition),
        );
      case 'SET FRESHNESS':
        return `${head} SET FRESHNESS = ${this.expr(change.freshness)}`;
      case 'SET REFRESH_MODE':
        return `${head} SET REFRESH_MODE = ${change.refreshMode}`;
      case 'AS':
        return words(
          head,
          change.startMode === null ? null : this.#startMode(change.startMode),
          `AS ${this.query(change.query)}`,
        );
      default:
        return `${head} ${this.#change(change)}`;
    }
  }

  #change(change: SchemaAction | OptionAction): string {
    switch (change.action) {
      case 'ADD':
      case 'MODIFY': {
        const list = change.changes.map((each) => this.#schemaChange(each)).join(', ');
        return `${change.action} (${list})`;
      }
      case 'DROP COLUMNS':
        return `DROP (${change.columns.map(({ parts }) => quotePath(parts)).join(', ')})`;
      case 'DROP CONSTRAINT':
        return `DROP CONSTRAINT ${quoteIdentifier(change.name)}`;
      case 'SET':
      case 'RESET':
        return printOptionAction(change);
      default:
        return change.action;
    }
  }

  #schemaChange({ element, position }: SchemaChange): string {
    const text =
      element.kind === 'Distribution'
        ? `DISTRIBUTION ${printDistribution(element)}`
        : this.element(element);
    return position === null ? text : `${text} ${printPosition(position)}`;
  }
}

function printPosition(position: ColumnPosition): string {
  return position.place === 'FIRST' ? 'FIRST' : `AFTER ${quotePath(position.column.parts)}`;
}

function printConstraint(constraint: TableConstraint, withColumns: boolean): string {
  const { name, type, columns, enforced } = constraint;
  return words(
    name === null ? null : `CONSTRAINT ${quoteIdentifier(name)}`,
    withColumns ? `${type}${nameList(columns)}` : type,
    enforced === null ? null : enforced ? 'ENFORCED' : 'NOT ENFORCED',
  );
}

function printDistribution({ method, columns, buckets }: Distribution): string {
  const by = columns.length === 0 ? null : words('BY', method, nameList(columns).trim());
  return words(by, buckets === null ? null : `INTO ${buckets} BUCKETS`);
}

/** `COMMENT 'text'`, or nothing. */
export function printComment(comment: string | null): string | null {
  return comment === null ? null : `COMMENT ${quoteString(comment)}`;
}

/** `('k' = 'v')` */
export function printProperties(options: readonly Property[]): string {
  const list = options.map(({ key, value }) => `${quoteString(key)} = ${quoteString(value)}`);
  return `(${list.join(', ')})`;
}

/** `WITH ('k' = 'v')`, or nothing. */
export function printOptions(options: readonly Property[] | null): string | null {
  return options === null ? null : `WITH ${printProperties(options)}`;
}

/** `SET ('k' = 'v')`, `RESET ('k')` */
export function printOptionAction(change: OptionAction): string {
  if (change.action === 'SET') return `SET ${printProperties(change.options)}`;
  return `RESET (${change.keys.map(quoteString).join(', ')})`;
}

/** Words with spaces between them; nulls are left out. */
export function words(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' ');
}
