import type { Module } from '../catalog/module-manager.ts';
import { builtinNames, lookupBuiltin } from '../functions/registry.ts';

/** The module of the built-in functions. */
export const CORE_MODULE: Module = { listFunctions: builtinNames, getFunction: lookupBuiltin };
