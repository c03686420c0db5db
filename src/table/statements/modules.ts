import type { Module } from '../../catalog/module-manager.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import type {
  LoadModule,
  ShowModules,
  UnloadModule,
  UseModules,
} from '../../parser/ast/statements.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { BOOLEAN, STRING } from '../../types/types.ts';
import { CORE_MODULE } from '../core-module.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';

/** Modules that LOAD MODULE knows by name; others are loaded by the API. */
const KNOWN: ReadonlyMap<string, Module> = new Map([['core', CORE_MODULE]]);

/** LOAD MODULE m. Errors: MODULE_EXISTS, MODULE_NOT_FOUND, UNKNOWN_OPTION. */
export function loadModule(statement: LoadModule, { session }: StatementCall): TableResult {
  const { name, options, span } = statement;
  for (const { key } of options ?? []) {
    const owner = `module '${name}'`;
    throw validationError('UNKNOWN_OPTION', { key, owner, supported: [] }, { span });
  }
  const loaded = session.modules.all.some((module) => module.name === name);
  const module = KNOWN.get(name);
  if (module === undefined && !loaded) {
    const hint = didYouMean(name, KNOWN.keys()) ?? 'tEnv.loadModule(name, module) loads others.';
    throw validationError('MODULE_NOT_FOUND', { module: name }, { span, hint });
  }
  session.modules.load(name, module ?? CORE_MODULE, span);
  return session.ok();
}

/** UNLOAD MODULE m. Errors: MODULE_NOT_FOUND. */
export function unloadModule(statement: UnloadModule, { session }: StatementCall): TableResult {
  session.modules.unload(statement.name, statement.span);
  return session.ok();
}

/** USE MODULES a, b. Errors: MODULE_NOT_FOUND, MODULE_TWICE. */
export function useModules(statement: UseModules, { session }: StatementCall): TableResult {
  session.modules.use(statement.modules, statement.span);
  return session.ok();
}

/** SHOW [FULL] MODULES. */
export function showModules(statement: ShowModules, { session }: StatementCall): TableResult {
  const name = field('module name', STRING);
  const { all, used } = session.modules;
  return statement.full
    ? session.known(
        schemaOf([name, field('used', BOOLEAN)]),
        all.map((module) => [module.name, module.used]),
      )
    : session.known(
        schemaOf([name]),
        used.map((module) => [module]),
      );
}
