import { Random } from './random.ts';
import * as words from './words.ts';

/** The kinds of columns: how they are written. Money is in cents, dates in epoch days. */
export type ColumnKind = 'bigint' | 'int' | 'money' | 'date' | 'text';

/** A table: its columns, how many "units" it is made of at a scale factor, and one unit's rows. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, kind: ColumnKind])[];
  units(scale: number): number;
  /** Appends the rows of unit `unit` (from 1) to the columns. */
  rows(unit: number, scale: number, out: unknown[][]): void;
}

const day = (text: string): number => Date.parse(text) / 86_400_000;
const START = day('1992-01-01');
const END = day('1998-12-31');
const CURRENT = day('1995-06-17');

/** The retail price of a part, in cents: 4.2.3 of the specification. */
const retailPrice = (part: number): number =>
  90000 + (Math.floor(part / 10) % 20001) + 100 * (part % 1000);

const suppliers = (scale: number): number => Math.round(10_000 * scale);
const parts = (scale: number): number => Math.round(200_000 * scale);
const customers = (scale: number): number => Math.round(150_000 * scale);

/** One of the four suppliers of a part. */
function supplierOf(part: number, i: number, scale: number): number {
  const count = suppliers(scale);
  return ((part + i * (Math.floor(count / 4) + Math.floor((part - 1) / count))) % count) + 1;
}

/** Order keys leave gaps: eight are used of every thirty-two. */
const orderKey = (order: number): number =>
  Math.floor((order - 1) / 8) * 32 + ((order - 1) % 8) + 1;

function push(out: unknown[][], values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) out[i]!.push(values[i]);
}

interface Line {
  readonly part: number;
  readonly supplier: number;
  readonly quantity: number;
  readonly price: number;
  readonly discount: number;
  readonly tax: number;
  readonly shipped: number;
  readonly committed: number;
  readonly received: number;
}

function orderOf(order: number, scale: number): { random: Random; date: number; lines: Line[] } {
  const random = Random.of(6, order);
  const date = random.int(START, END - 151);
  const lines = Array.from({ length: random.int(1, 7) }, (): Line => {
    const part = random.int(1, parts(scale));
    const quantity = random.int(1, 50);
    const shipped = date + random.int(1, 121);
    return {
      part,
      supplier: supplierOf(part, random.int(0, 3), scale),
      quantity,
      price: quantity * retailPrice(part),
      discount: random.int(0, 10),
      tax: random.int(0, 8),
      shipped,
      committed: date + random.int(30, 90),
      received: shipped + random.int(1, 30),
    };
  });
  return { random, date, lines };
}

/** The eight tables. */
export const TABLES: readonly TableSpec[] = [
  {
    name: 'region',
    columns: [
      ['r_regionkey', 'bigint'],
      ['r_name', 'text'],
      ['r_comment', 'text'],
    ],
    units: () => words.REGIONS.length,
    rows(unit, _scale, out) {
      const random = Random.of(0, unit);
      push(out, [unit - 1, words.REGIONS[unit - 1], words.comment(random, 31, 115)]);
    },
  },
  {
    name: 'nation',
    columns: [
      ['n_nationkey', 'bigint'],
      ['n_name', 'text'],
      ['n_regionkey', 'bigint'],
      ['n_comment', 'text'],
    ],
    units: () => words.NATIONS.length,
    rows(unit, _scale, out) {
      const [name, region] = words.NATIONS[unit - 1]!;
      push(out, [unit - 1, name, region, words.comment(Random.of(1, unit), 31, 114)]);
    },
  },
  {
    name: 'supplier',
    columns: [
      ['s_suppkey', 'bigint'],
      ['s_name', 'text'],
      ['s_address', 'text'],
      ['s_nationkey', 'bigint'],
      ['s_phone', 'text'],
      ['s_acctbal', 'money'],
      ['s_comment', 'text'],
    ],
    units: suppliers,
    rows(unit, _scale, out) {
      const random = Random.of(2, unit);
      const nation = random.int(0, 24);
      const note = random.next();
      let text = words.comment(random, 25, 100);
      // Ten of ten thousand have a complaint or a recommendation: what query 16 looks for.
      if (note < 0.0005) text = `${text.slice(0, 10)}Customer ${text.slice(10, 14)}Complaints`;
      else if (note < 0.001) text = `${text.slice(0, 10)}Customer ${text.slice(10, 14)}Recommends`;
      const name = `Supplier#${String(unit).padStart(9, '0')}`;
      const balance = random.int(-99999, 999999);
      const phone = words.phone(random, nation);
      push(out, [unit, name, words.address(random), nation, phone, balance, text]);
    },
  },
  {
    name: 'customer',
    columns: [
      ['c_custkey', 'bigint'],
      ['c_name', 'text'],
      ['c_address', 'text'],
      ['c_nationkey', 'bigint'],
      ['c_phone', 'text'],
      ['c_acctbal', 'money'],
      ['c_mktsegment', 'text'],
      ['c_comment', 'text'],
    ],
    units: customers,
    rows(unit, _scale, out) {
      const random = Random.of(3, unit);
      const nation = random.int(0, 24);
      const name = `Customer#${String(unit).padStart(9, '0')}`;
      const phone = words.phone(random, nation);
      const balance = random.int(-99999, 999999);
      const segment = random.pick(words.SEGMENTS);
      const text = words.comment(random, 29, 116);
      push(out, [unit, name, words.address(random), nation, phone, balance, segment, text]);
    },
  },
  {
    name: 'part',
    columns: [
      ['p_partkey', 'bigint'],
      ['p_name', 'text'],
      ['p_mfgr', 'text'],
      ['p_brand', 'text'],
      ['p_type', 'text'],
      ['p_size', 'int'],
      ['p_container', 'text'],
      ['p_retailprice', 'money'],
      ['p_comment', 'text'],
    ],
    units: parts,
    rows(unit, _scale, out) {
      const random = Random.of(4, unit);
      const name = Array.from({ length: 5 }, () => random.pick(words.COLORS)).join(' ');
      const maker = random.int(1, 5);
      const type = `${random.pick(words.TYPE_1)} ${random.pick(words.TYPE_2)} ${random.pick(words.TYPE_3)}`;
      const container = `${random.pick(words.CONTAINER_1)} ${random.pick(words.CONTAINER_2)}`;
      const brand = `Brand#${maker}${random.int(1, 5)}`;
      const size = random.int(1, 50);
      const text = words.comment(random, 5, 22);
      const price = retailPrice(unit);
      push(out, [unit, name, `Manufacturer#${maker}`, brand, type, size, container, price, text]);
    },
  },
  {
    name: 'partsupp',
    columns: [
      ['ps_partkey', 'bigint'],
      ['ps_suppkey', 'bigint'],
      ['ps_availqty', 'int'],
      ['ps_supplycost', 'money'],
      ['ps_comment', 'text'],
    ],
    units: parts,
    rows(unit, scale, out) {
      const random = Random.of(5, unit);
      for (let i = 0; i < 4; i++) {
        const cost = random.int(100, 100000);
        const text = words.comment(random, 49, 198);
        push(out, [unit, supplierOf(unit, i, scale), random.int(1, 9999), cost, text]);
      }
    },
  },
  {
    name: 'orders',
    columns: [
      ['o_orderkey', 'bigint'],
      ['o_custkey', 'bigint'],
      ['o_orderstatus', 'text'],
      ['o_totalprice', 'money'],
      ['o_orderdate', 'date'],
      ['o_orderpriority', 'text'],
      ['o_clerk', 'text'],
      ['o_shippriority', 'int'],
      ['o_comment', 'text'],
    ],
    units: (scale) => Math.round(1_500_000 * scale),
    rows(unit, scale, out) {
      const { random, date, lines } = orderOf(unit, scale);
      const open = lines.filter((line) => line.shipped > CURRENT).length;
      const status = open === 0 ? 'F' : open === lines.length ? 'O' : 'P';
      const total = lines.reduce(
        (sum, l) => sum + Math.round((l.price * (100 - l.discount) * (100 + l.tax)) / 10_000),
        0,
      );
      // A third of the customers has no orders.
      const third = random.int(1, Math.floor(customers(scale) / 3));
      const customer = third * 3 - random.int(1, 2);
      const clerk = random.int(1, Math.max(1, Math.round(1000 * scale)));
      push(out, [
        orderKey(unit),
        customer,
        status,
        total,
        date,
        random.pick(words.PRIORITIES),
        `Clerk#${String(clerk).padStart(9, '0')}`,
        0,
        words.comment(random, 19, 78),
      ]);
    },
  },
  {
    name: 'lineitem',
    columns: [
      ['l_orderkey', 'bigint'],
      ['l_partkey', 'bigint'],
      ['l_suppkey', 'bigint'],
      ['l_linenumber', 'int'],
      ['l_quantity', 'money'],
      ['l_extendedprice', 'money'],
      ['l_discount', 'money'],
      ['l_tax', 'money'],
      ['l_returnflag', 'text'],
      ['l_linestatus', 'text'],
      ['l_shipdate', 'date'],
      ['l_commitdate', 'date'],
      ['l_receiptdate', 'date'],
      ['l_shipinstruct', 'text'],
      ['l_shipmode', 'text'],
      ['l_comment', 'text'],
    ],
    units: (scale) => Math.round(1_500_000 * scale),
    rows(unit, scale, out) {
      const { random, lines } = orderOf(unit, scale);
      for (const [i, line] of lines.entries()) {
        const returned = line.received <= CURRENT ? random.pick(['R', 'A']) : 'N';
        push(out, [
          orderKey(unit),
          line.part,
          line.supplier,
          i + 1,
          line.quantity * 100,
          line.price,
          line.discount,
          line.tax,
          returned,
          line.shipped > CURRENT ? 'O' : 'F',
          line.shipped,
          line.committed,
          line.received,
          random.pick(words.INSTRUCTIONS),
          random.pick(words.MODES),
          words.comment(random, 10, 43),
        ]);
      }
    },
  },
];
