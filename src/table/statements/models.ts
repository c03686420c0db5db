import type { CatalogColumn, CatalogModel } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import type { AlterModel, CreateModel } from '../../parser/ast/ddl.ts';
import type { TableElement } from '../../parser/ast/tables.ts';
import type { TableResult } from '../result.ts';
import { changedOptions } from './alter-table.ts';
import { optionsOf } from './create.ts';
import type { StatementCall } from './handler.ts';
import { tableParts } from './table-elements.ts';

/** CREATE MODEL: a declaration in the catalog. Errors: MODEL_EXISTS, MISSING_OPTION. */
export function createModel(statement: CreateModel, call: StatementCall): TableResult {
  const { session } = call;
  const { name, temporary, ifNotExists } = statement;
  if (statement.query !== null) {
    const reason = 'no provider here trains models';
    throw validationError(
      'NOT_SUPPORTED',
      { feature: 'CREATE MODEL … AS', reason },
      { span: statement.query.span },
    );
  }
  const model: CatalogModel = {
    input: columnsOf(statement.input, call),
    output: columnsOf(statement.output, call),
    options: optionsOf(statement.options),
    comment: statement.comment,
  };
  requireProvider(model, statement);
  const identifier = session.catalogs.qualify(name.parts, name.span);
  session.models.create(identifier, model, { temporary, ifNotExists });
  return session.ok();
}

/** ALTER MODEL: options, name. */
export function alterModel(statement: AlterModel, call: StatementCall): TableResult {
  const { session } = call;
  const { models } = session;
  const { name, change, ifExists } = statement;
  if (ifExists && models.find(name.parts) === null) return session.ok();
  const found = models.require(name.parts, name.span);
  if (change.action === 'RENAME') {
    models.rename(found, change.to.parts, change.to.span);
    return session.ok();
  }
  const { identifier, object: model, temporary } = found;
  const altered = { ...model, options: changedOptions(model.options, change, statement) };
  requireProvider(altered, statement);
  models.put(identifier, altered, temporary);
  return session.ok();
}

function columnsOf(
  elements: readonly TableElement[] | null,
  call: StatementCall,
): readonly CatalogColumn[] {
  return tableParts(elements ?? [], call).columns;
}

function requireProvider(model: CatalogModel, { span }: CreateModel | AlterModel): void {
  if (model.options.has('provider')) return;
  throw validationError('MISSING_OPTION', { key: 'provider', owner: 'the model' }, { span });
}
