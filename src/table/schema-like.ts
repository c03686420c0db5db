import { PLAIN_TABLE } from '../catalog/catalog.ts';
import { invalidArgument } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { storedSchema } from '../connectors/index.ts';
import { parseTableElements } from '../parser/parser.ts';
import type { DataType } from '../types/data-type.ts';
import { type Schema as PlanSchema, schemaOf } from '../types/schema.ts';
import { CallParameters } from './parameters.ts';
import { Schema } from './schema.ts';
import { type Session, withSource } from './session.ts';
import { type TableParts, tableParts } from './statements/table-elements.ts';

/** A schema as users give it: a Schema, a `DataTypes.ROW`, or a column list as in CREATE TABLE. */
export type SchemaLike = Schema | DataType | string;

/** The stored columns of a schema, and what else it declares. Errors: what CREATE TABLE gives. */
export function schemaFrom(
  given: SchemaLike,
  session: Session,
): { readonly schema: PlanSchema; readonly parts: TableParts } {
  const like = given instanceof Schema ? String(given) : given;
  if (typeof like !== 'string') {
    if (like?.kind === undefined) {
      throw invalidArgument('A schema', 'DataTypes.ROW(…) or a column list', like);
    }
    if (like.kind !== 'ROW') throw validationError('NOT_A_ROW_TYPE', { type: like.kind });
    const columns = like.fields.map((f) => ({ kind: 'physical', ...f }) as const);
    return {
      schema: schemaOf(like.fields),
      parts: { columns, primaryKey: null, watermark: null },
    };
  }
  return withSource(like, () => {
    const parts = tableParts(parseTableElements(like), {
      session,
      sql: like,
      statement: session.statementContext(),
      parameters: new CallParameters(),
      signal: null,
    });
    return { schema: storedSchema({ ...PLAIN_TABLE, ...parts, instance: null }), parts };
  });
}
